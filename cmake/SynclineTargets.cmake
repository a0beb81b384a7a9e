# The flags and the shapes of every target, in one place.

add_library(syncline_flags INTERFACE)
target_compile_features(syncline_flags INTERFACE cxx_std_20)
target_compile_options(
  syncline_flags
  INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
            -fvisibility=hidden -fstack-protector-strong)
target_compile_definitions(syncline_flags INTERFACE BOOST_DLL_USE_STD_FS BOOST_ASIO_NO_DEPRECATED
                                                    $<$<BOOL:${SYNCLINE_FAILPOINTS}>:HUB_FAILPOINTS>)
target_include_directories(syncline_flags INTERFACE ${CMAKE_SOURCE_DIR})
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(SYNCLINE_SANITIZE)
  # The instrumented code makes g++ 12 see uninitialised variables in the standard library that are none; and the thread
  # sanitizer does not model Asio's fences, which its locks make redundant for what the sanitizer looks at. The check of
  # vtable pointers needs type information that SOCI's libraries do not export.
  add_compile_options(-fsanitize=${SYNCLINE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
                      -fno-sanitize=vptr -Wno-maybe-uninitialized -Wno-tsan)
  add_link_options(-fsanitize=${SYNCLINE_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# One layer of the hub: a static library hub_<name>. SOURCES lists its .cpp files, LAYERS the hub layers that it may
# include (the lint test holds it to them), PRIVATE the third-party targets that stay inside its .cpp files.
function(hub_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LAYERS;PRIVATE" ${ARGN})
  add_library(hub_${name} STATIC ${ARG_SOURCES})
  list(TRANSFORM ARG_LAYERS PREPEND hub_)
  target_link_libraries(hub_${name} PUBLIC syncline_flags ${ARG_LAYERS} PRIVATE ${ARG_PRIVATE} Threads::Threads)
endfunction()

# A GoogleTest binary whose cases ctest knows by name. TIMEOUT is per case, in seconds. SERVERS names the servers of
# tests/systems that its cases share; ctest starts them before and stops them after. BOTH_STORES: every case runs a second time, as postgresql.<case>, with
# its store on a PostgreSQL server (tests/support/store_place.hpp), and fewer cases of a property. PARTITIONED: those that
# the given GoogleTest filter selects run once more, as partitioned.<case>, on tables in hash partitions.
function(hub_test name)
  cmake_parse_arguments(ARG "BOTH_STORES" "TIMEOUT;PARTITIONED" "SOURCES;LINK;LABELS;SERVERS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  if(SYNCLINE_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 5") # a sanitizer slows a test several times
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE syncline_flags ${ARG_LINK} GTest::gtest GTest::gtest_main Threads::Threads)
  gtest_discover_tests(
    ${name}
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" FIXTURES_REQUIRED "${ARG_SERVERS}"
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60)
  if(ARG_BOTH_STORES)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 4")
    gtest_discover_tests(
      ${name}
      TEST_PREFIX postgresql.
      PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" FIXTURES_REQUIRED "postgres;${ARG_SERVERS}" ENVIRONMENT
                 "SYNCLINE_TEST_STORE=postgresql;RC_PARAMS=max_success=10"
      DISCOVERY_MODE PRE_TEST
      DISCOVERY_TIMEOUT 60)
  endif()
  if(ARG_PARTITIONED)
    gtest_discover_tests(
      ${name}
      TEST_PREFIX partitioned.
      TEST_FILTER "${ARG_PARTITIONED}"
      PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" FIXTURES_REQUIRED "postgres;${ARG_SERVERS}" ENVIRONMENT
                 "SYNCLINE_TEST_STORE=postgresql-partitioned;RC_PARAMS=max_success=10"
      DISCOVERY_MODE PRE_TEST
      DISCOVERY_TIMEOUT 60)
  endif()
endfunction()

include(GoogleTest)
