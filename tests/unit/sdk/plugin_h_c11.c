/* plugin.h is complete on its own and plain C11; this file is built with every warning as an error. */
#include <syncline/plugin.h>

/* Uses the macros, so that what they expand to is checked too. */
uint32_t syncline_header_in_c11(const syncline_push_item* items, uint32_t stride);
uint32_t syncline_header_in_c11(const syncline_push_item* items, uint32_t stride) {
  const syncline_push_item* second = SYNCLINE_ITEM(items, stride, 1);
  return SYNCLINE_HAS(second, syncline_push_item, origin_tag) ? second->op : 0;
}
