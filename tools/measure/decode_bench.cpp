// How fast a message is understood, beside what merely parsing its bytes costs.
//
//   build/release/bin/decode_bench
//
// Rows: the shipped library decoding a listed device's message, the same with 185,555 devices in
// the list, a stranger's, and Boost.JSON's own parser with a buffer on the stack.

#include <benchmark/benchmark.h>

#include <array>
#include <boost/json.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "config/profile_reader.h"
#include "device/decoder.h"
#include "device/watch.h"

namespace shouwang::device {
namespace {

struct Sample {
  const char* profile;
  const char* address;
  std::string topic;
  std::string payload;
};

const Sample& sample(std::int64_t which) {
  static const std::array<Sample, 3> samples = {{
      {"native", "GA-B05-U4-302", "shouwang/v1/changshan/GA-B05-U4-302/beat",
       R"({"v":1,"boot":17,"seq":4214,"kind":"gas","state":"normal","value":0.4,"unit":"%LEL",)"
       R"("battery":87,"time":"2026-01-15T18:40:00Z"})"},
      {"zigbee2mqtt.gas", "kitchen", "zigbee2mqtt/kitchen",
       R"({"alarm_ringtone":"melody3","alarm_time":44,"gas":false,"gas_value":0,)"
       R"("linkquality":145,"preheat":false,"self_test":false,"self_test_result":"success",)"
       R"("silence":false,"last_seen":"2026-01-15T18:39:59+00:00"})"},
      {"lorawan.milesight_gs101", "24e124136b000001",
       "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/24e124136b000001/event/up",
       R"({"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d",)"
       R"("time":"2026-01-15T18:39:59.775023242+00:00","deviceInfo":{"tenantId":)"
       R"("52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"t","applicationId":)"
       R"("17c82e96-be03-4f38-aef3-f83d48582d97","applicationName":"a","deviceName":"d",)"
       R"("devEui":"24e124136b000001","tags":{"key":"value"}},"devAddr":"00189440","dr":1,)"
       R"("fPort":85,"data":"BY4A","rxInfo":[{"gatewayId":"0016c001f153a14c","rssi":-36,)"
       R"("snr":10.5}],"txInfo":{"frequency":867100000,"modulation":{"lora":{"bandwidth":)"
       R"(125000,"spreadingFactor":11}}},"object":{"gas_status":"normal","valve_status":"off",)"
       R"("relay_output_status":"off","life_remain":77760000}})"},
  }};
  return samples[static_cast<std::size_t>(which)];
}

const Decoder& decoder() {
  static const Decoder shared([] {
    std::vector<config::Fault> faults;
    auto profiles = config::read_profiles(SHOUWANG_SOURCE_DIR "/config/profiles", "p", faults);
    if (!faults.empty()) std::abort();
    return profiles;
  }());
  return shared;
}

Directory directory_of(std::size_t size, const Sample& one) {
  std::vector<Device> devices;
  devices.push_back({.id = DeviceId("one"), .profile = one.profile, .address = one.address});
  for (std::size_t i = devices.size(); i < size; ++i) {
    devices.push_back({.id = DeviceId("D" + std::to_string(i)), .profile = one.profile});
  }
  const Listing listing{.community = CommunityId("changshan"), .devices = devices};
  auto directory = Directory::build(decoder().profiles(), std::span(&listing, 1));
  if (!directory) std::abort();
  return std::move(*directory);
}

const Instant kNow = *parse_utc("2026-01-15T18:40:00Z");

void decode(benchmark::State& state, std::size_t devices) {
  const Sample& one = sample(state.range(0));
  const Directory directory = directory_of(devices, one);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        decoder().decode({.topic = one.topic, .payload = one.payload}, kNow, directory));
  }
  state.SetLabel(one.profile);
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(one.payload.size()));
}

void decode_listed(benchmark::State& state) { decode(state, 1); }
void decode_in_a_city(benchmark::State& state) { decode(state, 185'555); }

void decode_stranger(benchmark::State& state) {
  const Sample& one = sample(state.range(0));
  const Directory nobody;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        decoder().decode({.topic = one.topic, .payload = one.payload}, kNow, nobody));
  }
  state.SetLabel(one.profile);
  state.SetItemsProcessed(state.iterations());
}

void decode_then_observe(benchmark::State& state) {
  const Sample& one = sample(state.range(0));
  const Directory directory = directory_of(1, one);
  Watch watch;
  for (auto _ : state) {
    auto decoding = decoder().decode({.topic = one.topic, .payload = one.payload}, kNow, directory);
    Decoded& decoded = decoding.reports.front();
    auto seen =
        observe(watch, decoder().profiles()[decoded.profile], std::move(decoded.report), kNow);
    watch = seen.state;
    benchmark::DoNotOptimize(seen.news);
  }
  state.SetLabel(one.profile);
  state.SetItemsProcessed(state.iterations());
}

// The floor: Boost's documents in a buffer on the stack.
void boost_parse(benchmark::State& state) {
  const Sample& one = sample(state.range(0));
  for (auto _ : state) {
    std::array<unsigned char, 12 * 1024> buffer;
    boost::json::monotonic_resource memory(buffer.data(), buffer.size());
    benchmark::DoNotOptimize(boost::json::parse(one.payload, &memory));
  }
  state.SetLabel(one.profile);
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(one.payload.size()));
}

BENCHMARK(boost_parse)->DenseRange(0, 2);
BENCHMARK(decode_listed)->DenseRange(0, 2);
BENCHMARK(decode_in_a_city)->DenseRange(0, 2);
BENCHMARK(decode_stranger)->DenseRange(0, 2);
BENCHMARK(decode_then_observe)->DenseRange(0, 2);

}  // namespace
}  // namespace shouwang::device

BENCHMARK_MAIN();
