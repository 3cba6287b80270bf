// The verb `newcomers`: who speaks and is in no list, and how to take them in.

#include <boost/asio/post.hpp>

#include "app/control.h"
#include "app/sensors.h"
#include "base/utf8.h"

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string meant_by(const device::Fit& fit) {
  std::string text;
  for (const device::Signal& signal : fit.signals) {
    const std::string one =
        std::string(name_of(signal.kind)) + " " + std::string(name_of(signal.meaning));
    if (text.find(one) == text.npos) text += (text.empty() ? "" : ", ") + one;
  }
  return text;
}

value json_of(const device::Newcomer& newcomer) {
  object line{{"address", printable(newcomer.address)},
              {"name", newcomer.name},
              {"model", newcomer.model},
              {"messages", newcomer.count}};
  line["last_at"] = newcomer.count > 0 ? value(format_utc(newcomer.last_at)) : value(nullptr);
  array topics;
  for (const std::string& topic : newcomer.topics) topics.emplace_back(printable(topic));
  line["topics"] = std::move(topics);
  array keys;
  for (const std::string& key : newcomer.keys) keys.emplace_back(key);
  line["keys"] = std::move(keys);
  array fits;
  for (const device::Fit& fit : newcomer.fits) {
    fits.push_back({{"profile", fit.profile}, {"score", fit.score}, {"said", meant_by(fit)}});
  }
  line["fits"] = std::move(fits);
  line["csv"] = device::csv_line(newcomer);
  return line;
}

}  // namespace

void Control::find_newcomers(Reply reply) {
  if (parts_.sensors == nullptr) {
    return reply(fail(Error::Code::unavailable, "no device is listened to"));
  }
  aside(
      [all = parts_.sensors->newcomers().all(), reading = parts_.sensors->reading(),
       now = parts_.clock.now()]() -> Answer {
        std::vector<device::Announced> announced;
        for (const auto& [topic, payload] : all.announcements) {
          for (auto& one : device::read_announcement(topic, payload)) {
            announced.push_back(std::move(one));
          }
        }
        const auto found = device::find_newcomers(
            all.samples, announced,
            {.decoder = reading->decoder(), .directory = reading->directory()}, now);
        array list;
        for (const device::Newcomer& newcomer : found) list.push_back(json_of(newcomer));
        return value(object{{"newcomers", std::move(list)}, {"beyond", all.beyond}});
      },
      std::move(reply));
}

}  // namespace shouwang::app
