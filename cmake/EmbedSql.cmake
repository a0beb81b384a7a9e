# Puts .sql files into a target, so that the binary needs no files beside it.
#
#   embed_sql(<target> NAMESPACE <c++ namespace> [BASE <folder>] FILES <path>…)
#
# FILES are relative to BASE (default: sql/ of this repository) and keep that path as their name. While building, two
# files are written and added to the target: `embedded_sql.hpp` declares, and its .cpp defines
#
#   namespace <namespace> {
#   struct SqlFile { std::string_view name; std::string_view text; };
#   std::span<const SqlFile> sql_files();   // in the order of FILES; the views live as long as the program
#   }
#
# Texts are written as single bytes: no quote, raw-string end or length limit of a literal can change them.
# The same file is the script that the build runs (cmake -P).

if(CMAKE_SCRIPT_MODE_FILE)
  set(arrays "")
  set(rows "")
  set(index 0)
  foreach(name IN LISTS FILES)
    file(READ "${BASE}/${name}" bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(REGEX REPLACE "(('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',))" "\\1\n"
                         bytes "${bytes}")
    string(APPEND arrays "constexpr char kText${index}[] = {\n${bytes}'\\0'};\n")
    string(APPEND rows "    {\"${name}\", {kText${index}, sizeof kText${index} - 1}},\n")
    math(EXPR index "${index} + 1")
  endforeach()

  file(WRITE "${OUT}/embedded_sql.hpp.new" "#pragma once

#include <span>
#include <string_view>

namespace ${NAMESPACE} {

/// One file of SQL as it was when the program was built; `name` is its path below the folder of all SQL.
struct SqlFile {
  std::string_view name;
  std::string_view text;
};

/// Every embedded file, in the order of the build's list.
std::span<const SqlFile> sql_files();

}  // namespace ${NAMESPACE}
")
  # An untouched header does not make everything that includes it compile again.
  execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different "${OUT}/embedded_sql.hpp.new" "${OUT}/embedded_sql.hpp"
                          COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE "${OUT}/embedded_sql.hpp.new")
  file(WRITE "${OUT}/embedded_sql.cpp" "#include \"embedded_sql.hpp\"

namespace ${NAMESPACE} {

namespace {

${arrays}
constexpr SqlFile kFiles[] = {
${rows}};

}  // namespace

std::span<const SqlFile> sql_files() { return kFiles; }

}  // namespace ${NAMESPACE}
")
  return()
endif()

set(EMBED_SQL_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(embed_sql target)
  cmake_parse_arguments(ARG "" "NAMESPACE;BASE" "FILES" ${ARGN})
  if(NOT ARG_NAMESPACE OR NOT ARG_FILES)
    message(FATAL_ERROR "embed_sql(${target}): NAMESPACE and FILES are required")
  endif()
  if(NOT ARG_BASE)
    set(ARG_BASE ${CMAKE_SOURCE_DIR}/sql)
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_sql)
  file(MAKE_DIRECTORY ${out})
  set(inputs ${ARG_FILES})
  list(TRANSFORM inputs PREPEND ${ARG_BASE}/)
  add_custom_command(
    OUTPUT ${out}/embedded_sql.cpp
    BYPRODUCTS ${out}/embedded_sql.hpp
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DBASE=${ARG_BASE} -DNAMESPACE=${ARG_NAMESPACE} "-DFILES=${ARG_FILES}" -P
            ${EMBED_SQL_SCRIPT}
    DEPENDS ${inputs} ${EMBED_SQL_SCRIPT}
    COMMENT "Embedding SQL into ${target}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/embedded_sql.cpp ${out}/embedded_sql.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
