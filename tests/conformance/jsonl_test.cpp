#include "syncline/testing/conformance.hpp"
#include "tests/conformance/jsonl_fixture.hpp"

SYNCLINE_CONFORMANCE(JsonLines);
