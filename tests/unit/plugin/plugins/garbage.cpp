// A plugin whose setting "do" says how it breaks the contract; it speaks the C ABI directly, for the C++ face would not
// let it.
#include <syncline/plugin.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

syncline_str str(std::string_view text) { return {text.data(), text.size()}; }

#ifndef MAX_CONCURRENCY
#define MAX_CONCURRENCY 2
#endif

struct Source {
  std::string settings;
  std::atomic<bool> pulling = false;
  [[nodiscard]] bool does(std::string_view what) const {
    return settings.find("\"" + std::string(what) + "\"") != std::string::npos;
  }
};

const Source& of(const syncline_source* source) { return *reinterpret_cast<const Source*>(source); }
Source& of(syncline_source* source) { return *reinterpret_cast<Source*>(source); }

syncline_status create(syncline_str, syncline_str settings, const syncline_call* call, syncline_source** out) {
  auto* source = new Source{std::string{settings.data, settings.size}};
  if (source->does("create ok without source")) return delete source, SYNCLINE_OK;
  if (source->does("create throws")) {
    delete source;
    throw std::runtime_error("no memory\nleft");
  }
  if (source->does("create refuses")) {
    delete source;
    call->fail(call->ctx, str("/do: is not to my taste"), 0);
    return SYNCLINE_MISCONFIGURED;
  }
  *out = reinterpret_cast<syncline_source*>(source);
  return SYNCLINE_OK;
}

void destroy(syncline_source* source) { delete reinterpret_cast<Source*>(source); }

syncline_status check(syncline_source* source, const syncline_call* call) {
  if (of(source).does("check throws")) throw 7;
  if (of(source).does("check fails silently")) return SYNCLINE_RETRY;
  call->log(call->ctx, SYNCLINE_LOG_INFO, str("checked\nline 2 \xff"));
  return SYNCLINE_OK;
}

syncline_status pull(syncline_source* source, const syncline_call* call, const syncline_pull_request* request,
                     const syncline_change_sink* out) {
  Source& self = of(source);
  const auto emit = [&](syncline_change change) { return out->emit(out->ctx, &change); };
  syncline_change change{
      sizeof(syncline_change), SYNCLINE_UPSERT, request->entity, str("k1"), str("v1"), str(R"({"a": 1})"), 5, str("t")};
  emit(change);
  out->checkpoint(out->ctx, str("c1"));
  change.key = str("k2");

  if (self.does("small change")) change.size = 16;
  if (self.does("unknown op")) change.op = 9;
  if (self.does("no key")) change.key = {};
  if (self.does("null key")) change.key = {nullptr, 5};
  if (self.does("bad key")) change.key = str("\xc3\x28");
  if (self.does("other entity")) change.entity = str("elsewhere");
  if (self.does("broken body")) change.body = str(R"({"a": )");
  if (self.does("array body")) change.body = str("[1]");
  if (self.does("null body")) change.body = {nullptr, 7};
  if (self.does("nan body")) change.body = str(R"({"a": NaN})");
  if (self.does("repeated field")) change.body = str(R"({"a": 1, "a": 2})");
  const std::string large(self.does("huge body") ? 3 << 20 : 0, ' ');
  if (!large.empty()) change.body = str(large);
  const std::string wide = "{\"a\": \"" + std::string(1'000'000, 'x') + "\"}";
  if (self.does("huge page")) change.body = str(wide);
  if (self.does("bare delete")) change = {sizeof change, SYNCLINE_DELETE, {}, str("k2"), {}, {}, 0, {}};

  const bool endless = self.does("too many") || self.does("huge page");
  for (int i = 0; i < (endless ? 100'000 : 1); ++i) {
    const syncline_status status = emit(change);
    if (status != SYNCLINE_OK && self.does("huge page")) return SYNCLINE_CANCELLED;
  }
  if (self.does("emits null")) out->emit(out->ctx, nullptr);
  if (self.does("empty cursor")) out->checkpoint(out->ctx, {});
  if (self.does("bad cursor")) out->checkpoint(out->ctx, str("\xff"));
  if (self.does("unknown status")) return 4711;
  if (self.does("throws")) throw std::runtime_error("lost");
  if (self.does("throttled")) {
    call->fail(call->ctx, str("slow down"), 1500);
    return SYNCLINE_THROTTLED;
  }
  if (self.does("waits for ever")) {
    call->fail(call->ctx, str("busy"), INT64_MAX);
    return SYNCLINE_RETRY;
  }
  if (self.does("never ends")) {
    self.pulling = true;
    while (call->cancelled(call->ctx) == 0) {
    }
    self.pulling = false;
    return SYNCLINE_CANCELLED;
  }
  out->checkpoint(out->ctx, str("c2"));
  return SYNCLINE_OK;
}

syncline_status push(syncline_source* source, const syncline_call* call, const syncline_push_item* items,
                     uint32_t count, uint32_t stride, const syncline_result_sink* out) {
  const Source& self = of(source);
  syncline_push_result result{sizeof(syncline_push_result), SYNCLINE_OK, str("n1"), str("e1"),
                              str(R"({"a": 1})"),           {},          0};
  if (self.does("unknown status")) result.status = -3;
  if (self.does("broken body")) result.body = str("{");
  if (self.does("null body")) result.body = {nullptr, 3};
  if (self.does("bad key")) result.key = str("\xff");
  if (self.does("small result")) result.size = 8;
  if (self.does("no body")) result.key = result.body = {};
  if (self.does("null result")) return out->report(out->ctx, 0, nullptr), SYNCLINE_OK;
  if (self.does("out of range")) out->report(out->ctx, 99, &result);
  if (self.does("echoes item")) {
    result.message = SYNCLINE_ITEM(items, stride, count - 1)->expected_version;
    result.version = SYNCLINE_ITEM(items, stride, count - 1)->origin_tag;
  }
  if (self.does("unauthenticated")) {
    call->fail(call->ctx, str("token expired"), 0);
    return SYNCLINE_UNAUTHENTICATED;
  }
  if (self.does("rejects the call")) return SYNCLINE_REJECTED;
  if (self.does("nothing")) return SYNCLINE_OK;
  if (self.pulling) result.message = str("beside a pull");
  out->report(out->ctx, 0, &result);
  if (self.does("twice")) {
    result.status = SYNCLINE_REJECTED;
    out->report(out->ctx, 0, &result);
  }
  if (self.does("throws")) throw std::runtime_error("lost");
  return SYNCLINE_OK;
}

syncline_origin is_echo(const syncline_source* source, const syncline_change* change, const syncline_receipt* last) {
  if (of(source).does("hook throws")) throw 1;
  if (of(source).does("hook garbage")) return 77;
  if (of(source).does("hook foreign")) return SYNCLINE_ORIGIN_FOREIGN;
  if (of(source).does("hook compares") && std::string_view(change->version.data, change->version.size) ==
                                              std::string_view(last->version.data, last->version.size))
    return SYNCLINE_ORIGIN_ECHO;
  return SYNCLINE_ORIGIN_UNKNOWN;
}

syncline_status plan(syncline_source*, const syncline_call*, const syncline_text_sink* out) {
  out->write(out->ctx, str("create trigger a;\n"));
  out->write(out->ctx, str("create trigger b;\n"));
  return SYNCLINE_OK;
}

syncline_status apply(syncline_source*, const syncline_call* call, const syncline_text_sink*) {
  call->fail(call->ctx, str("the table clients is locked"), 0);
  return SYNCLINE_RETRY;
}

const void* extension(syncline_str name) {
  static const syncline_setup setup{sizeof(syncline_setup), 0, &plan, &apply};
  return std::string_view(name.data, name.size) == SYNCLINE_EXT_SETUP ? &setup : nullptr;
}

}  // namespace

const syncline_plugin* syncline_plugin_entry(uint32_t, uint32_t) {
  static const syncline_plugin table{
      sizeof(syncline_plugin),
      SYNCLINE_ABI_MAJOR,
      SYNCLINE_ABI_MINOR,
      SYNCLINE_CAN_PULL_DELTA | SYNCLINE_CAN_PUSH | SYNCLINE_CAN_TAG_ORIGIN,
      MAX_CONCURRENCY,
      0,
      str("test.garbage"),
      str("0.1"),
      str(R"({"type": "object", "required": ["do"], "properties": {"do": {"type": "string"}}, "additionalProperties": false})"),
      &create,
      &destroy,
      &check,
      &pull,
      &push,
      &is_echo,
      &extension};
  return &table;
}
