# Install rules and the .deb: what goes where is explained in systemd/README.md.

set(doc /usr/share/doc/shouwang)
set(examples ${doc}/examples)
set(made ${CMAKE_BINARY_DIR}/package)

# The one place in `text` where `was` stands becomes `becomes`.
function(replace_once text was becomes)
  string(FIND "${${text}}" "${was}" first)
  string(FIND "${${text}}" "${was}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "The package expects once, in the configuration: ${was}")
  endif()
  string(REPLACE "${was}" "${becomes}" replaced "${${text}}")
  set(${text} "${replaced}" PARENT_SCOPE)
endfunction()

# What a new owner finds in /etc/shouwang is the commented manual itself: gateway.yaml, with profiles and
# texts from the package and a first community to be filled in; channels.yaml, without the demo's phones.
# YAML is full of brackets and semicolons, which CMake's lists would take apart: whole texts only.
foreach(file gateway channels)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/config/${file}.yaml)
  file(READ ${CMAKE_SOURCE_DIR}/config/${file}.yaml ${file})
endforeach()
replace_once(gateway "\n# library: /usr/share/shouwang\n" "\nlibrary: /usr/share/shouwang\n")
file(WRITE ${made}/changshan/gateway.yaml "${gateway}")
replace_once(gateway "\ncommunities: [changshan]\n" "\ncommunities: [first]\n")
file(WRITE ${made}/etc/gateway.yaml "${gateway}")
string(FIND "${channels}" "# The three channels of the demo" demo_begins)
string(FIND "${channels}" "# --- Real providers" demo_ends)
if(demo_begins EQUAL -1 OR demo_ends LESS demo_begins)
  message(FATAL_ERROR "The package expects the demo's channels before the real providers")
endif()
string(SUBSTRING "${channels}" 0 ${demo_begins} head)
string(SUBSTRING "${channels}" ${demo_ends} -1 tail)
file(WRITE ${made}/etc/channels.yaml "${head}${tail}")

install(TARGETS shouwangd shouwangctl RUNTIME DESTINATION /usr/bin)
install(FILES systemd/shouwang.service systemd/shouwang-retry.timer systemd/shouwang-backup.service
              systemd/shouwang-backup.timer
        DESTINATION /lib/systemd/system)
install(FILES systemd/sysusers.conf DESTINATION /usr/lib/sysusers.d RENAME shouwang.conf)

install(DIRECTORY ${made}/etc/ systemd/etc/ DESTINATION /etc/shouwang)
install(DIRECTORY DESTINATION /etc/shouwang/credentials
        DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
install(DIRECTORY config/profiles config/texts DESTINATION /usr/share/shouwang
        PATTERN README.md EXCLUDE)

install(FILES config/README.md DESTINATION ${doc} RENAME installer.md)
install(FILES config/profiles/README.md DESTINATION ${doc} RENAME profiles.md)
install(FILES systemd/README.md DESTINATION ${doc} RENAME administrator.md)
install(FILES README.md DESTINATION ${doc} OPTIONAL)
install(FILES LICENSE DESTINATION ${doc} RENAME copyright OPTIONAL)
install(FILES config/mosquitto.conf DESTINATION ${examples})
install(FILES ${made}/changshan/gateway.yaml config/channels.yaml DESTINATION ${examples}/changshan)
install(DIRECTORY config/communities DESTINATION ${examples}/changshan)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME shouwang)
set(CPACK_PACKAGE_CONTACT "Shouwang's maintainers <root@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "alarm gateway for a housing community")
set(CPACK_PACKAGE_DESCRIPTION
  "Listens to gas alarms and smoke sensors over MQTT, and calls relatives, volunteers
 and the duty office together, again and again until a person is on the way.")
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Time zones are read from tzdata's files, TLS trusts ca-certificates: no library says so.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, init-system-helpers, systemd (>= 252), tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd-timesyncd | time-daemon")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS mosquitto)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/systemd/debian/conffiles ${CMAKE_SOURCE_DIR}/systemd/debian/postinst
  ${CMAKE_SOURCE_DIR}/systemd/debian/prerm ${CMAKE_SOURCE_DIR}/systemd/debian/postrm)
include(CPack)
