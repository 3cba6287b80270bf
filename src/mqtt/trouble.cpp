#include "mqtt/trouble.h"

namespace shouwang::mqtt {
namespace {

// CONNACK return codes (MQTT 3.1.1, table 3.1) and reason codes (MQTT 5, section 2.4).
constexpr int kVersionRefused3 = 1;
constexpr int kVersionRefused5 = 0x84;
constexpr int kTakenOver = 0x8e;

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string_view cause_of(int code) {
  switch (code) {
    case 2:
    case 0x85: return "the client id is not valid";
    case 3:
    case 0x88: return "it is not available";
    case 4:
    case 0x86: return "bad user name or password";
    case 5:
    case 0x87: return "not authorised (user name, password or client id)";
    case 0x89: return "it is too busy";
    case 0x8a: return "the client id is banned";
    case 0x8c: return "the authentication method is not known to it";
    case 0x9f: return "we connect too often";
    default: return {};
  }
}

}  // namespace

std::string sentence(const Refusal& refusal, const LinkSettings& settings, const Address& address) {
  if (refusal.code == kVersionRefused3 || refusal.code == kVersionRefused5) {
    return "The broker at " + address.str() + " does not speak MQTT " +
           (settings.version == 5 ? "5; set the broker's version to 3." : "3.1.1.");
  }
  if (const auto cause = cause_of(refusal.code); !cause.empty()) {
    const std::string who =
        settings.user.empty() ? "a client without a user name" : "user " + quoted(settings.user);
    return "The broker at " + address.str() + " refused " + who + ": " + std::string(cause) + ".";
  }
  std::string text = "Connecting to the broker at " + address.str() + " failed";
  if (!refusal.message.empty()) text += ": " + refusal.message;
  return text + " (code " + std::to_string(refusal.code) + ").";
}

bool may_be_version(const Refusal& refusal) {
  if (refusal.code == kVersionRefused3 || refusal.code == kVersionRefused5) return true;
  return refusal.message == "TCP connect completion failure" || refusal.message == "socket error";
}

bool is_unexplained(const Refusal& refusal) { return refusal.code < 0; }

std::string step_sentence(Step step, const std::string& reason, const Address& address) {
  switch (step) {
    case Step::port_silent:
      return "The broker at " + address.str() + " can not be reached: " + reason + ".";
    case Step::tls_fails:
      return "TLS with the broker at " + address.str() + " failed: " + reason +
             "; check ca_file and the broker's certificate.";
    case Step::mqtt_fails:
      return "The broker at " + address.str() +
             " takes connections but does not speak MQTT with us.";
  }
  return reason;
}

std::string lost_sentence(bool often, const LinkSettings& settings, const Address& address) {
  const std::string place = "The connection to the broker at " + address.str();
  if (!often) return place + " was lost.";
  return place + " is lost again and again; does another client use our client id " +
         quoted(settings.client_id) + "?";
}

std::string ended_sentence(int code, const LinkSettings& settings, const Address& address) {
  if (code == kTakenOver) {
    return "Another client uses our client id " + quoted(settings.client_id) +
           " at the broker at " + address.str() + ".";
  }
  return "The broker at " + address.str() + " ended the connection (code " + std::to_string(code) +
         ").";
}

std::string refused_filter_sentence(std::string_view filter, int code) {
  return "The broker refused the subscription to " + quoted(filter) +
         (code == 0x87 ? " (not authorised)." : " (code " + std::to_string(code) + ").");
}

}  // namespace shouwang::mqtt
