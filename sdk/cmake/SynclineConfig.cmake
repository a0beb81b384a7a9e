include(${CMAKE_CURRENT_LIST_DIR}/SynclineSdkTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SynclinePlugin.cmake)
