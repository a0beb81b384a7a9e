/* Plugins that a hub must refuse to load. Each is built from this file with one of these defined:
 * NO_TABLE, OTHER_MAJOR, NEWER_MINOR, TOO_SMALL, SHORT, INCOMPLETE, NO_ID, BAD_SCHEMA. Without any it is a plugin that
 * does nothing, well. */
#include <syncline/plugin.h>

#define STR(text) \
  { text, sizeof(text) - 1 }

static int a_source;

static syncline_status create(syncline_str instance, syncline_str settings, const syncline_call* call,
                              syncline_source** out) {
  (void)instance;
  (void)settings;
  (void)call;
  *out = (syncline_source*)(void*)&a_source;
  return SYNCLINE_OK;
}

static void destroy(syncline_source* source) { (void)source; }

static syncline_status check(syncline_source* source, const syncline_call* call) {
  (void)source;
  (void)call;
  return SYNCLINE_OK;
}

static syncline_status pull(syncline_source* source, const syncline_call* call, const syncline_pull_request* request,
                            const syncline_change_sink* out) {
  (void)source;
  (void)call;
  (void)request;
  (void)out;
  return SYNCLINE_OK;
}

static const syncline_plugin table = {
#if defined(TOO_SMALL)
    .size = 8,
#elif defined(SHORT)
    .size = offsetof(syncline_plugin, pull),
#else
    .size = sizeof(syncline_plugin),
#endif
#ifdef OTHER_MAJOR
    .abi_major = SYNCLINE_ABI_MAJOR + 1,
#else
    .abi_major = SYNCLINE_ABI_MAJOR,
#endif
#ifdef NEWER_MINOR
    .abi_minor = SYNCLINE_ABI_MINOR + 1,
#else
    .abi_minor = SYNCLINE_ABI_MINOR,
#endif
#ifdef INCOMPLETE
    .capabilities = SYNCLINE_CAN_PUSH,
#else
    .pull = pull,
    .capabilities = SYNCLINE_CAN_PULL_DELTA,
#endif
    .max_concurrency = 1,
#ifndef NO_ID
    .id = STR("test.idle"),
#endif
    .version = STR("1.2.3"),
#ifdef BAD_SCHEMA
    .settings_schema = STR("{\"type\": "),
#else
    .settings_schema = STR("{\"type\": \"object\"}"),
#endif
    .create = create,
    .destroy = destroy,
    .check = check,
};

const syncline_plugin* syncline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  (void)host_major;
  (void)host_minor;
#ifdef NO_TABLE
  return 0;
#else
  return &table;
#endif
}
