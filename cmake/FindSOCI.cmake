# Debian's SOCI 4.0 ships no CMake package. This module finds the core and the backends named as COMPONENTS
# and defines SOCI::core and SOCI::<backend>.
include(FindPackageHandleStandardArgs)

find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_core_LIBRARY soci_core)
if(SOCI_INCLUDE_DIR)
  file(STRINGS ${SOCI_INCLUDE_DIR}/soci/version.h version_line REGEX "define SOCI_LIB_VERSION ")
  if(version_line MATCHES "\"([0-9]+)_([0-9]+)_([0-9]+)\"")
    set(SOCI_VERSION ${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
  endif()
endif()

foreach(backend IN LISTS SOCI_FIND_COMPONENTS)
  find_library(SOCI_${backend}_LIBRARY soci_${backend})
  if(SOCI_${backend}_LIBRARY)
    set(SOCI_${backend}_FOUND TRUE)
  endif()
endforeach()

find_package_handle_standard_args(
  SOCI
  REQUIRED_VARS SOCI_core_LIBRARY SOCI_INCLUDE_DIR
  VERSION_VAR SOCI_VERSION
  HANDLE_COMPONENTS)

if(SOCI_FOUND AND NOT TARGET SOCI::core)
  add_library(SOCI::core UNKNOWN IMPORTED)
  set_target_properties(
    SOCI::core PROPERTIES IMPORTED_LOCATION ${SOCI_core_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${SOCI_INCLUDE_DIR}
                          INTERFACE_LINK_LIBRARIES "${CMAKE_DL_LIBS}")
  foreach(backend IN LISTS SOCI_FIND_COMPONENTS)
    add_library(SOCI::${backend} UNKNOWN IMPORTED)
    set_target_properties(SOCI::${backend} PROPERTIES IMPORTED_LOCATION ${SOCI_${backend}_LIBRARY}
                                                      INTERFACE_LINK_LIBRARIES SOCI::core)
  endforeach()
endif()
