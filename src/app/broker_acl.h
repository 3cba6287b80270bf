// The broker's access list, made from the configured devices and profiles.
//
// One login for each device that speaks for itself, one for each program that speaks for many (a
// bridge, a network server), one for the gateway. A login writes what its own profiles read and
// nothing else; it reads its acknowledgements and commands. Only the gateway reads everything and
// writes those; commands only of families that some community's `on_the_spot` may tell. The form is
// that of mosquitto's acl_file.

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"

namespace shouwang::app {

struct AccessList {
  struct Rights {
    std::set<std::string> writes;  // MQTT filters.
    std::set<std::string> reads;
    std::set<std::string> both;

    friend bool operator==(const Rights&, const Rights&) = default;
  };
  std::string gateway;                   // Its user name; `broker.user`, or "shouwang".
  std::map<std::string, Rights> logins;  // The gateway's is among them.
  // What the installer should know: devices that no list can hold apart, one sentence each.
  std::vector<std::string> remarks;
};

AccessList access_list(const config::Config& config);

// The acl_file: how to put it in place stands in its comments, then the logins in order.
std::string acl_file(const AccessList& list);

// The user names, one a line: what the password file has to hold.
std::string user_list(const AccessList& list);

// Whether some topic fits both MQTT filters.
bool filters_overlap(std::string_view a, std::string_view b);

}  // namespace shouwang::app
