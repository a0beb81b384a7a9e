# PostgreSQL's client library, as LibPQ::LibPQ. CMake's own module wants the server's headers too.
find_path(LIBPQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
find_library(LIBPQ_LIBRARY pq)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibPQ REQUIRED_VARS LIBPQ_LIBRARY LIBPQ_INCLUDE_DIR)
mark_as_advanced(LIBPQ_INCLUDE_DIR LIBPQ_LIBRARY)

if(LibPQ_FOUND AND NOT TARGET LibPQ::LibPQ)
  add_library(LibPQ::LibPQ UNKNOWN IMPORTED)
  set_target_properties(LibPQ::LibPQ PROPERTIES IMPORTED_LOCATION ${LIBPQ_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES
                                                                                   ${LIBPQ_INCLUDE_DIR})
endif()
