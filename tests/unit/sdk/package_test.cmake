# Installs the SDK into an empty prefix and builds the example against it, as an author outside this tree would.
# Run with cmake -D BUILD=<build folder> -D EXAMPLE=<source folder> -D WORK=<folder to use> -D CXX=<compiler> -P.
file(REMOVE_RECURSE ${WORK})
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN} ended with ${code}:\n${out}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -E copy_directory ${EXAMPLE} ${WORK}/source)
run(${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/build -G Ninja -DCMAKE_PREFIX_PATH=${WORK}/prefix
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=Debug)
run(${CMAKE_COMMAND} --build ${WORK}/build)
if(NOT EXISTS ${WORK}/build/plugins/libsyncline_jsonl.so)
  message(FATAL_ERROR "the example did not become ${WORK}/build/plugins/libsyncline_jsonl.so")
endif()
