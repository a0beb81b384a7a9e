// A plugin that is the example plugin with one defect, named by the environment variable SYNCLINE_DEFECT: it passes
// each call on to the example's table and breaks one rule on the way. The suite must notice every one.
#include <syncline/plugin.h>

#include <dlfcn.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

bool defect(std::string_view name) {
  const char* chosen = std::getenv("SYNCLINE_DEFECT");
  return chosen != nullptr && name == chosen;
}

syncline_str str(std::string_view text) { return {text.data(), text.size()}; }

const syncline_plugin& good() {
  static const syncline_plugin* table = [] {
    void* library = dlopen(SYNCLINE_GOOD_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    const auto entry = reinterpret_cast<syncline_plugin_entry_fn>(dlsym(library, "syncline_plugin_entry"));
    return entry(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR);
  }();
  return *table;
}

syncline_status create(syncline_str instance, syncline_str settings, const syncline_call* call, syncline_source** out) {
  static std::string first_settings;
  std::string text{settings.data, settings.size};
  if (defect("shared_state")) text = first_settings.empty() ? first_settings = text : first_settings;
  if (const auto key = text.find(R"("key":"number")"); defect("ignores_external_id") && key != std::string::npos)
    text.replace(key, 14, R"("key":"")");
  syncline_call silent = *call;
  if (defect("nameless_settings")) silent.fail = [](void*, syncline_str, int64_t) {};
  return good().create(instance, str(text), &silent, out);
}

syncline_status check(syncline_source* source, const syncline_call* call) {
  return defect("unreachable") ? SYNCLINE_RETRY : good().check(source, call);
}

/// Stands between the example's pull and the host's sink.
struct Between {
  const syncline_change_sink* host;
  const syncline_pull_request* request;
  bool skip;
};

syncline_status emit(void* ctx, const syncline_change* change) {
  auto& between = *static_cast<Between*>(ctx);
  syncline_change c = *change;
  if (between.skip) {
    between.skip = false;
    return SYNCLINE_OK;
  }
  if (defect("hides_deletes") && c.op == SYNCLINE_DELETE) return SYNCLINE_OK;
  if (defect("bad_body")) c.body = str(R"({"name": )");
  if (defect("sticky_tag")) c.origin_tag = str("syncline:conformance");
  if (defect("snapshot_repeats") && between.request->snapshot != 0) between.host->emit(between.host->ctx, &c);
  const syncline_status status = between.host->emit(between.host->ctx, &c);
  return defect("ignores_refusal") ? SYNCLINE_OK : status;
}

syncline_status checkpoint(void* ctx, syncline_str cursor) {
  const auto& between = *static_cast<Between*>(ctx);
  const syncline_status status = between.host->checkpoint(between.host->ctx, cursor);
  return defect("ignores_refusal") ? SYNCLINE_OK : status;
}

syncline_status pull(syncline_source* source, const syncline_call* call, const syncline_pull_request* request,
                     const syncline_change_sink* out) {
  Between between{out, request, defect("loses_on_resume") && request->cursor.size > 0};
  const syncline_change_sink sink{sizeof(syncline_change_sink), 0, &between, &emit, &checkpoint};
  syncline_call inner_call = *call;
  if (defect("ignores_cancel")) inner_call.cancelled = [](void*) { return 0; };
  syncline_pull_request inner = *request;
  if (defect("ignores_limit")) ++inner.limit;
  if (defect("imagines") && request->cursor.size == 0) {
    const syncline_change ghost{sizeof(syncline_change), SYNCLINE_UPSERT, {}, str("ghost"), {}, str("{}"), 0, {}};
    out->emit(out->ctx, &ghost);
    out->checkpoint(out->ctx, str("0"));
  }
  return good().pull(source, &inner_call, &inner, &sink);
}

syncline_status push(syncline_source* source, const syncline_call* call, const syncline_push_item* items,
                     uint32_t count, uint32_t stride, const syncline_result_sink* out) {
  static int pushes = 0;
  const std::string fresh_key = "push-" + std::to_string(++pushes);
  std::vector<syncline_push_item> changed;
  for (uint32_t i = 0; i < count; ++i) {
    changed.push_back(*SYNCLINE_ITEM(items, stride, i));
    if (defect("forgets_pushes")) changed.back().idempotency_key = str(fresh_key);
    if (defect("unconditional")) changed.back().expected_version = {};
    if (defect("inserts_unknown_keys") && changed.back().key.size > 0) changed.back().key = {};
  }
  const syncline_push_result applied{sizeof(syncline_push_result), SYNCLINE_OK, {}, {}, {}, {}, 0};
  const syncline_push_result rejected{sizeof(syncline_push_result), SYNCLINE_REJECTED, {}, {}, {}, {}, 0};
  if (defect("keeps_deleted") && items->op == SYNCLINE_DELETE) return out->report(out->ctx, 0, &applied), SYNCLINE_OK;
  if (defect("all_or_nothing") && count > 1) {
    for (uint32_t i = 0; i < count; ++i) out->report(out->ctx, i, &rejected);
    return SYNCLINE_OK;
  }
  if (defect("reports_twice")) out->report(out->ctx, 0, &applied);
  return good().push(source, call, changed.data(), defect("forgets_the_last") ? count - 1 : count,
                     sizeof(syncline_push_item), out);
}

syncline_origin is_echo(const syncline_source* source, const syncline_change* change, const syncline_receipt* last) {
  if (defect("calls_all_foreign")) return SYNCLINE_ORIGIN_FOREIGN;
  if (defect("calls_all_echo")) return SYNCLINE_ORIGIN_ECHO;
  return good().is_echo(source, change, last);
}

}  // namespace

const syncline_plugin* syncline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  static syncline_plugin table = good();
  table.create = &create;
  table.check = &check;
  table.pull = &pull;
  table.push = &push;
  table.is_echo = &is_echo;
  table.settings_schema = defect("no_schema") ? str("none") : good().settings_schema;
  const bool served = good().abi_major == host_major || defect("serves_all_majors");
  static_cast<void>(host_minor);
  return served ? &table : nullptr;
}
