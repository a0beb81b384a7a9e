// plugin.h is complete on its own in C++20 as well; this file is built with every warning as an error.
#include <syncline/plugin.h>

uint32_t syncline_header_in_cxx20(const syncline_push_item* items, uint32_t stride);
uint32_t syncline_header_in_cxx20(const syncline_push_item* items, uint32_t stride) {
  const syncline_push_item* second = SYNCLINE_ITEM(items, stride, 1);
  return SYNCLINE_HAS(second, syncline_push_item, origin_tag) ? second->op : 0;
}
