# MariaDB's client library (Debian: libmariadb-dev), which has no CMake package. Defines MariaDB::client.
include(FindPackageHandleStandardArgs)

find_path(MariaDB_INCLUDE_DIR mysql.h PATH_SUFFIXES mariadb)
find_library(MariaDB_LIBRARY mariadb)
find_package_handle_standard_args(MariaDB REQUIRED_VARS MariaDB_LIBRARY MariaDB_INCLUDE_DIR)

if(MariaDB_FOUND AND NOT TARGET MariaDB::client)
  add_library(MariaDB::client UNKNOWN IMPORTED)
  set_target_properties(MariaDB::client PROPERTIES IMPORTED_LOCATION ${MariaDB_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES
                                                                                        ${MariaDB_INCLUDE_DIR})
endif()
mark_as_advanced(MariaDB_INCLUDE_DIR MariaDB_LIBRARY)
