// communities/<id>/devices*.yaml and devices*.csv: which device hangs where.
//
//   id,profile,address,place,note
//   GA-B05-U4-302,native,,B05-U4-302,behind the fridge

#include <array>

#include "base/utf8.h"
#include "config/csv.h"
#include "config/draft.h"

namespace shouwang::config {
namespace {

using device::Device;

constexpr std::array<Column, 5> kColumns = {
    {{"id"}, {"profile"}, {"address", false}, {"place", false}, {"note", false}}};

bool is_printable(const std::string& text) { return text == printable(text); }

class DeviceReader {
 public:
  DeviceReader(Draft& draft, household::Community& estate) : draft_(draft), estate_(estate) {}

  void csv(const std::string& file) {
    const auto text = read_text(draft_, file);
    if (!text) return;
    for (const Row& row : read_csv(*text, file, kColumns, draft_.faults).rows) {
      add({.id = DeviceId(row.fields[0]),
           .profile = row.fields[1],
           .address = row.fields[2],
           .place = row.fields[3],
           .note = row.fields[4]},
          [&](std::string what) {
            draft_.faults.push_back({.file = file, .line = row.line, .what = std::move(what)});
          });
    }
  }

  // `GA-B05-U4-302: {profile: native, place: B05-U4-302}`
  void yaml(const std::string& file) {
    Reader root = open(draft_, file);
    root.each_entry([&](const std::string& id, const Reader& key, Reader value) {
      if (!value.is_map())
        return key.fault("device `" + id + "` must be a map: {profile: .., place: ..}");
      Device device{.id = DeviceId(id)};
      value.need("profile");
      value.read("profile", device.profile);
      value.read("address", device.address);
      value.read("place", device.place);
      value.read("note", device.note);
      value.close();
      add(std::move(device), [&](std::string what) { key.fault(std::move(what)); });
    });
    root.close();
  }

 private:
  template <class Say>
  void add(Device device, Say say) {
    const std::string& id = device.id.str();
    if (!is_id(id)) say("`" + printable(id) + "` is not " + kIdForm);
    if (device.address.empty()) device.address = id;
    if (!is_printable(device.address + device.place + device.note)) {
      say("device `" + id + "`: not UTF-8, or a control character in it");
    }
    if (!device.profile.empty() && !draft_.profiles.has(device.profile)) {
      say("device `" + id + "`: " + draft_.profiles.missing(device.profile));
    }
    if (device.profile.empty()) say("device `" + id + "` names no profile");
    if (!ids_.add(id))
      say("device `" + id + "` is there twice");
    else if (const auto [at, is_new] = owner_.emplace(device.address, id); !is_new) {
      say("device `" + id + "`: address `" + device.address + "` is that of `" + at->second + "`");
    }
    estate_.devices.push_back(std::move(device));
  }

  Draft& draft_;
  household::Community& estate_;
  Names ids_{"device"};
  std::map<std::string, std::string> owner_;  // Device by address.
};

}  // namespace

void read_devices(Draft& draft, household::Community& estate) {
  const std::string folder = "communities/" + estate.id.str();
  DeviceReader reader(draft, estate);
  for (const std::string& file : files_in(draft, folder, "devices", ".csv")) reader.csv(file);
  for (const std::string& file : files_in(draft, folder, "devices", ".yaml")) reader.yaml(file);
  estate.devices.shrink_to_fit();
}

}  // namespace shouwang::config
