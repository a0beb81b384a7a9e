#pragma once

#include "hub/http/router.hpp"
#include "hub/sync/hub.hpp"

namespace hub::http {

/// Fills the table of routes with the API of SEMANTICS 9. `hub` must outlive the router.
void add_routes(Router& router, sync::Hub& hub);

}  // namespace hub::http
