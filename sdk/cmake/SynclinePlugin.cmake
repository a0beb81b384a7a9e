# For authors of plugins, in this tree and from an installed package (find_package(Syncline)).

# Builds the plugin `name` as libsyncline_<name>.so, exporting nothing but its entry point. The target is
# syncline_plugin_<name>.
#   SOURCES    its sources, C or C++
#   LINK       further targets to link, private
#   DIRECTORY  where the library is put; default: SYNCLINE_PLUGIN_DIRECTORY, else plugins in the build folder
#   INSTALL    given: installed into <libdir>/syncline/plugins
function(syncline_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "INSTALL" "DIRECTORY" "SOURCES;LINK")
  if(NOT ARG_DIRECTORY)
    set(ARG_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
    if(SYNCLINE_PLUGIN_DIRECTORY)
      set(ARG_DIRECTORY ${SYNCLINE_PLUGIN_DIRECTORY})
    endif()
  endif()
  set(target syncline_plugin_${name})
  set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  add_library(${target} MODULE ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE Syncline::sdk ${ARG_LINK})
  target_link_options(${target} PRIVATE LINKER:--version-script=${map})
  set_target_properties(
    ${target}
    PROPERTIES PREFIX lib
               OUTPUT_NAME syncline_${name}
               LIBRARY_OUTPUT_DIRECTORY ${ARG_DIRECTORY}
               LINK_DEPENDS ${map}
               POSITION_INDEPENDENT_CODE ON
               C_VISIBILITY_PRESET hidden
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON)
  if(ARG_INSTALL)
    include(GNUInstallDirs)
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/syncline/plugins)
  endif()
endfunction()

# Builds the GoogleTest binary `name` that runs the conformance suite against the plugin target PLUGIN and hands its
# cases to ctest. Needs find_package(GTest).
#   PLUGIN   target of the plugin under test; its file becomes SYNCLINE_PLUGIN_PATH
#   SOURCES  sources with a fixture and SYNCLINE_CONFORMANCE(...)
#   LINK     further targets to link, private
#   SERVERS  fixtures of ctest that it requires
function(syncline_add_conformance_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "PLUGIN" "SOURCES;LINK;SERVERS")
  include(GoogleTest)
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE Syncline::sdk ${ARG_LINK} GTest::gtest GTest::gtest_main ${CMAKE_DL_LIBS})
  target_compile_definitions(${name} PRIVATE SYNCLINE_PLUGIN_PATH="$<TARGET_FILE:${ARG_PLUGIN}>")
  add_dependencies(${name} ${ARG_PLUGIN})
  gtest_discover_tests(${name} PROPERTIES FIXTURES_REQUIRED "${ARG_SERVERS}" DISCOVERY_MODE PRE_TEST)
endfunction()
