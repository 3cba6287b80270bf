# Every library comes from a Debian 12 package; the list of packages is tools/packages.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(tl-expected REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(date REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# Paho's own package file pulls in every flavour of the C library; two names are all we need.
find_library(PAHO_CPP paho-mqttpp3 REQUIRED)
find_library(PAHO_C paho-mqtt3as REQUIRED)
add_library(paho INTERFACE)
target_link_libraries(paho INTERFACE ${PAHO_CPP} ${PAHO_C} Threads::Threads)

find_library(LIBCSV csv REQUIRED)
add_library(libcsv INTERFACE)
target_link_libraries(libcsv INTERFACE ${LIBCSV})

find_path(MUSTACHE_DIR kainjow/mustache.hpp REQUIRED)

if(SHOUWANG_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
  # Another MQTT client than ours, for devices and onlookers in tests.
  find_library(LIBMOSQUITTO mosquitto REQUIRED)
  add_library(libmosquitto INTERFACE)
  target_link_libraries(libmosquitto INTERFACE ${LIBMOSQUITTO})
  include(GoogleTest)
endif()
