#include "web/machine_pages.h"

#include "web/embedded.h"

namespace shouwang::web {
namespace {

Response yes_or_no(bool yes, std::string_view good, std::string_view bad) {
  Response response{.status = yes ? 200 : 503, .body = std::string(yes ? good : bad)};
  return std::move(response).with("Cache-Control", "no-store");
}

bool is_this_host(const std::string& address) {
  return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

}  // namespace

MachinePages::MachinePages(Parts& parts, Router& router) : parts_(parts) {
  router.add(Method::get, "/assets/{file}", [this](const Call& call) { return asset(call); });
  router.add(Method::get, "/api/v1/openapi.yaml", [](const Call&) {
    const Embedded& file = embedded("openapi.yaml");
    return Response{.content_type = std::string(media_type(file.name)),
                    .body = std::string(file.text)};
  });
  router.add(Method::get, "/healthz", [this](const Call&) {
    return yes_or_no(parts_.desk.is_live(), "live\n", "not live\n");
  });
  router.add(Method::get, "/readyz", [this](const Call&) {
    return yes_or_no(parts_.desk.is_ready(), "ready\n", "not ready\n");
  });
  router.add(Method::get, "/metrics", [this](const Call& call) { return metrics(call); });
  router.add_later(Method::post, "/control/{verb}",
                   [this](const Call& call, const Respond& respond) { control(call, respond); });
}

Response MachinePages::asset(const Call& call) const {
  const Embedded* file = asset_at(call.captures[0]);
  if (file == nullptr) return to_response(not_found("no such file; reload the page"));
  Response response{.content_type = std::string(media_type(file->name)),
                    .body = std::string(file->text),
                    .may_be_packed = true};
  return std::move(response).with("Cache-Control", "public, max-age=31536000, immutable");
}

Response MachinePages::metrics(const Call& call) const {
  const Request& request = call.request;
  const bool may = parts_.settings.open_metrics || request.door == Door::control ||
                   is_this_host(request.address);
  if (!may) return to_response(not_found("not for this address"));
  Response response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                    .body = parts_.desk.metrics()};
  return std::move(response).with("Cache-Control", "no-store");
}

void MachinePages::control(const Call& call, const Respond& respond) {
  // For everybody on the net this path does not exist.
  if (call.request.door != Door::control) return respond(to_response(not_found("no such page")));
  const std::string arguments = call.request.body.empty() ? "{}" : call.request.body;
  parts_.desk.control(call.captures[0], arguments, [respond](Result<std::string> result) {
    respond(result ? json_response(200, std::move(*result))
                   : to_response(from_error(result.error())));
  });
}

}  // namespace shouwang::web
