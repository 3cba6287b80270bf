// What devices on the spot are told, and what they answer.

#include <algorithm>
#include <array>

#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using device::Command;
using device::CommandForm;
using device::Signal;
using device::Witness;
using household::Place;
using household::Role;
using household::Roles;
using incident::Order;
using incident::Phase;

constexpr Millis kUntilTold{10'000};  // So long without the broker, and people must know.

const CommandForm* form_of(const Work& work, const device::Device& device, Command command) {
  const auto forms = work.book.rules->commands.find(device.profile);
  if (forms == work.book.rules->commands.end()) return nullptr;
  const auto found = std::ranges::find(forms->second, command, &CommandForm::command);
  return found == forms->second.end() ? nullptr : &*found;
}

const device::Device* device_named(const Work& work, const DeviceId& id) {
  const auto index = work.registry().device_index(id);
  return index ? &work.registry().community().devices[*index] : nullptr;
}

// The one place where a rule may act: that of the incident, or for sirens the stairwell of that
// home.
std::optional<Place> place_of(const Work& work, const File& file, const SpotRule& rule) {
  const Place& place = file.incident.place;
  if (place.scope == Place::Scope::unknown) return std::nullopt;
  if (rule.where == SpotRule::Where::here || place.scope == Place::Scope::area) return place;
  const household::Area* unit = work.registry().enclosing(place.area, household::Tier::unit);
  if (unit == nullptr || rule.command != Command::siren_on) return std::nullopt;
  return Place{.scope = Place::Scope::area, .area = unit->id};
}

Order* find_order(File& file, const DeviceId& device, Command command) {
  const auto found = std::ranges::find_if(file.incident.orders, [&](const Order& order) {
    return order.device == device && order.command == command;
  });
  return found == file.incident.orders.end() ? nullptr : &*found;
}

void log(Work& work, const File& file, const Order& order, const std::string& actor,
         const std::string& type) {
  work.log(file.incident.id, actor, type,
           {{"device", order.device.str()},
            {"command", std::string(name_of(order.command))},
            {"try", std::to_string(order.tries) + " of " + std::to_string(order.most)}});
}

void settle(Work& work, File& file, Order& order, Order::State state) {
  order.state = state;
  order.at = work.now;
  order.due_at.reset();
  work.changed(file);
}

// The lead and everybody on the way must know, and the desk.
void tell_of(Work& work, File& file, Order& order) {
  if (order.letters >= incident::kOrderLettersMax) return;
  ++order.letters;
  work.changed(file);
  for (const incident::Told& told : file.incident.told) {
    const auto* response = file.incident.find_response(told.person);
    const bool goes = response != nullptr && response->going_at.has_value();
    const bool desk = told.roles.has_any({Role::duty_a, Role::duty_b});
    if (goes || desk)
      post(work, file, told.person, Letter::spot, told.roles, Urgency::again, false);
  }
}

void note_overdue(Work& work, File& file, Order& order) {
  if (std::exchange(order.overdue, true)) return;
  log(work, file, order, "gateway", "order_overdue");
  tell_of(work, file, order);
}

void publish(Work& work, File& file, Order& order, const CommandForm& form, std::string topic) {
  work.effects.publications.push_back(
      {.device = order.device, .topic = std::move(topic), .payload = form.payload});
  order.state = order.witness == Witness::nobody ? Order::State::unheard : Order::State::sent;
  order.at = work.now;
  order.due_at.reset();
  if (order.state == Order::State::sent) order.due_at = work.now + form.within;
  work.changed(file);
  log(work, file, order, "gateway", "order");
}

// Tells the device, for the first time or anew. What is under way or done is left alone.
void give(Work& work, File& file, const device::Device& device, Command command) {
  const CommandForm* form = form_of(work, device, command);
  if (form == nullptr) return;
  auto topic = topic_for(*form, work.registry().community().id.str(), device.address);
  if (!topic) return;
  Order* order = find_order(file, device.id, command);
  if (order == nullptr) order = &file.incident.orders.emplace_back();
  const bool is_new = order->device.empty();
  const bool stands = order->state == Order::State::sent || order->state == Order::State::confirmed;
  if (!is_new && stands) return;
  *order = {.device = device.id,
            .command = command,
            .witness = form->confirmed_by,
            .first_at = work.now,
            .most = form->tries,
            .letters = is_new ? 0 : order->letters};
  publish(work, file, *order, *form, std::move(*topic));
}

// Tells the device once more; false if the configuration does not know it any more.
bool give_again(Work& work, File& file, Order& order) {
  const device::Device* device = device_named(work, order.device);
  const CommandForm* form = device == nullptr ? nullptr : form_of(work, *device, order.command);
  if (form == nullptr || order.tries >= order.most) return false;
  auto topic = topic_for(*form, work.registry().community().id.str(), device->address);
  if (!topic) return false;
  ++order.tries;
  publish(work, file, order, *form, std::move(*topic));
  return true;
}

void give_up(Work& work, File& file, Order& order) {
  order.tries = std::max(order.tries, 1);
  settle(work, file, order, Order::State::failed);
  log(work, file, order, "gateway", "order_failed");
  note_overdue(work, file, order);
}

void run_due_order(Work& work, File& file, Order& order) {
  // While the broker is away nothing can be told: tries are kept for when it is back.
  if (work.book.supervision.is_paused()) {
    if (work.now - order.at >= kUntilTold) note_overdue(work, file, order);
    order.due_at = work.now + kUntilTold;
    return work.changed(file);
  }
  // After a restart it is sent again before its time has passed: that is no failure of the device.
  const device::Device* device = device_named(work, order.device);
  const CommandForm* form = device == nullptr ? nullptr : form_of(work, *device, order.command);
  const bool is_late = form == nullptr || work.now - order.at >= form->within;
  if (!give_again(work, file, order)) return give_up(work, file, order);
  if (is_late) note_overdue(work, file, order);
}

// Whether the device may speak for the order.
bool is_witness(const Book& book, const Order& order, const DeviceId& speaker) {
  switch (order.witness) {
    case Witness::device: return order.device == speaker;
    case Witness::nobody: return false;
    case Witness::home: break;
  }
  const auto told = book.registry->device_index(order.device);
  const auto speaks = book.registry->device_index(speaker);
  if (!told || !speaks) return order.device == speaker;
  const auto& devices = book.registry->community().devices;
  return book.registry->place_of(devices[*told]) == book.registry->place_of(devices[*speaks]);
}

bool says(const device::Report& report, const Order& order, bool (*what)(Command, const Signal&)) {
  return std::ranges::any_of(report.signals,
                             [&](const Signal& signal) { return what(order.command, signal); });
}

void hear_order(Work& work, File& file, Order& order, const Heard& heard) {
  const bool done = says(heard.report, order, device::confirms);
  const bool undone = says(heard.report, order, device::contradicts);
  if (done == undone) return;  // Nothing of it, or both: not to be relied upon.
  if (done && order.state != Order::State::confirmed) {
    settle(work, file, order, Order::State::confirmed);
    log(work, file, order, heard.device.str(), "order_confirmed");
    if (std::exchange(order.overdue, false)) tell_of(work, file, order);
  }
  if (undone && order.state == Order::State::confirmed) {
    log(work, file, order, heard.device.str(), "order_undone");
    if (!give_again(work, file, order)) return give_up(work, file, order);
    note_overdue(work, file, order);
  }
}

// A home that is aired or a stair that is quiet again: what began with the alarm is over.
bool is_over(const File& file, const SpotRule& rule) { return file.incident.phase >= rule.until; }

// Another open incident needs it still: a stairwell's siren serves every home there.
bool is_wanted_elsewhere(const Work& work, const File& file, const DeviceId& id, Command command) {
  return std::ranges::any_of(work.book.files, [&](const auto& entry) {
    const incident::Incident& other = entry.second.incident;
    if (!other.is_open() || other.id == file.incident.id) return false;
    return std::ranges::any_of(other.orders, [&](const Order& order) {
      return order.device == id && order.command == command && order.state != Order::State::ended;
    });
  });
}

void switch_off(Work& work, File& file, const DeviceId& id, Command command) {
  Order* order = find_order(file, id, command);
  const auto ending = device::ending_of(command);
  if (order == nullptr || !ending || order->state == Order::State::ended) return;
  settle(work, file, *order, Order::State::ended);
  if (is_wanted_elsewhere(work, file, id, command)) return;
  if (const device::Device* device = device_named(work, id)) give(work, file, *device, *ending);
}

void close_orders(Work& work, File& file) {
  for (Order& order : file.incident.orders) {
    if (order.state == Order::State::sent) settle(work, file, order, Order::State::ended);
  }
}

}  // namespace

void start_orders(Work& work, File& file, device::Kind kind) {
  for (const SpotRule& rule : work.book.rules->spot) {
    if (std::ranges::find(rule.kinds, kind) == rule.kinds.end() || is_over(file, rule)) continue;
    const auto place = place_of(work, file, rule);
    if (!place) continue;
    for (const device::Device& device : work.registry().community().devices) {
      const auto& safe = rule.explosion_proof;
      const bool sparks =
          rule.command == Command::fan_on && std::ranges::find(safe, device.id) == safe.end();
      if (sparks || work.registry().place_of(device) != *place) continue;
      if (const auto ending = device::ending_of(rule.command)) {
        if (Order* off = find_order(file, device.id, *ending)) {
          if (off->state != Order::State::ended) settle(work, file, *off, Order::State::ended);
        }
      }
      give(work, file, device, rule.command);
    }
  }
}

void run_due_orders(Work& work, File& file) {
  for (std::size_t i = 0; i < file.incident.orders.size(); ++i) {
    Order& order = file.incident.orders[i];
    if (order.due_at && *order.due_at <= work.now) run_due_order(work, file, order);
  }
}

void end_orders(Work& work, File& file) {
  const bool is_closed = !file.incident.is_open();
  const auto before = file.incident.orders;
  for (const SpotRule& rule : work.book.rules->spot) {
    if (!is_closed && !is_over(file, rule)) continue;
    for (const Order& order : before) {
      if (order.command == rule.command) switch_off(work, file, order.device, order.command);
    }
  }
  if (is_closed) close_orders(work, file);
}

void retry_orders(Work& work) {
  for (auto& [id, file] : work.book.files) {
    if (!file.incident.is_open()) continue;
    for (std::size_t i = 0; i < file.incident.orders.size(); ++i) {
      Order& order = file.incident.orders[i];
      if (order.state != Order::State::sent && order.state != Order::State::failed) continue;
      order.tries = 0;
      if (!give_again(work, file, order)) give_up(work, file, order);
    }
  }
}

void hear_orders(Work& work, const Heard& heard) {
  if (heard.device.empty() || !heard.report.fresh) return;
  for (auto& [id, file] : work.book.files) {
    if (!file.incident.is_open()) continue;
    for (std::size_t i = 0; i < file.incident.orders.size(); ++i) {
      Order& order = file.incident.orders[i];
      const bool listens = order.state == Order::State::sent ||
                           order.state == Order::State::confirmed ||
                           order.state == Order::State::failed;
      // What was said before it was told, or in the same breath, is no answer.
      if (!listens || work.now <= order.first_at) continue;
      if (is_witness(work.book, order, heard.device)) hear_order(work, file, order, heard);
    }
  }
}

bool may_answer_order(const Book& book, const DeviceId& device, const device::Report& report) {
  if (!report.fresh) return false;
  for (const auto& [id, file] : book.files) {
    if (!file.incident.is_open()) continue;
    for (const Order& order : file.incident.orders) {
      const bool is_answer =
          says(report, order, device::confirms) || says(report, order, device::contradicts);
      if (is_answer && is_witness(book, order, device)) return true;
    }
  }
  return false;
}

std::optional<Instant> next_order_due(const incident::Incident& incident) {
  std::optional<Instant> next;
  for (const Order& order : incident.orders) {
    if (order.due_at && (!next || *order.due_at < *next)) next = order.due_at;
  }
  return next;
}

void restore_orders(File& file, Instant now) {
  for (Order& order : file.incident.orders) {
    const bool may_send = order.state == Order::State::sent && order.tries < order.most;
    if (may_send) order.due_at = std::min(*order.due_at, now);
  }
}

}  // namespace shouwang::dispatch
