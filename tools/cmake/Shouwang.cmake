# How every library, program and test of the project is built.

set(SHOUWANG_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

add_library(shouwang_flags INTERFACE)
target_include_directories(shouwang_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(shouwang_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  # Designated initialisers leave the rest at the defaults that the structs name.
  -Wno-missing-field-initializers
  -fstack-protector-strong)
target_compile_definitions(shouwang_flags INTERFACE
  $<$<CONFIG:RelWithDebInfo>:_FORTIFY_SOURCE=2>)
if(SHOUWANG_FUZZ)
  target_compile_options(shouwang_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SHOUWANG_SANITIZE)
  target_compile_options(shouwang_flags INTERFACE
    -fsanitize=${SHOUWANG_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(SHOUWANG_FUZZ)
    # clang 14 can not put this check's data beside a coroutine that it has split. Takes back what
    # `undefined` turns on, so it stands behind it.
    target_compile_options(shouwang_flags INTERFACE -fno-sanitize=function)
  endif()
  target_link_options(shouwang_flags INTERFACE -fsanitize=${SHOUWANG_SANITIZE})
  if(SHOUWANG_SANITIZE MATCHES thread)
    # The thread sanitizer does not know fences; Asio has its queues' locks besides.
    target_compile_definitions(shouwang_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(shouwang_flags INTERFACE -Wno-tsan)
    endif()
  endif()
endif()

# shouwang_library(<folder> SOURCES a.cpp ... [USES <folder>...] [PARTS <imported target>...])
#
# One static library a folder of src/, linked only along the arrows of src/README.md.
# tools/check holds the includes to the same arrows.
function(shouwang_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;PARTS" ${ARGN})
  add_library(shouwang_${name} STATIC ${arg_SOURCES})
  target_link_libraries(shouwang_${name} PUBLIC shouwang_flags)
  foreach(other ${arg_USES})
    target_link_libraries(shouwang_${name} PUBLIC shouwang_${other})
  endforeach()
  target_link_libraries(shouwang_${name} PUBLIC ${arg_PARTS})
endfunction()

# shouwang_test(<name> SOURCES a_test.cpp ... USES <folder>... [PARTS ...] [LABELS unit])
#
# A GoogleTest program whose tests are listed one by one in ctest.
function(shouwang_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;USES;PARTS;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE shouwang_flags GTest::gmock GTest::gtest_main ${arg_PARTS})
  foreach(other ${arg_USES})
    target_link_libraries(${name} PRIVATE shouwang_${other})
  endforeach()
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE
    SHOUWANG_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SHOUWANG_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name}
    TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
