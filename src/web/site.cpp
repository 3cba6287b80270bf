#include "web/site.h"

#include "web/board_pages.h"
#include "web/inbox_pages.h"
#include "web/machine_pages.h"
#include "web/phone_pages.h"
#include "web/walk_pages.h"

namespace shouwang::web {
namespace {

constexpr std::string_view kNothingPolicy =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

bool has_header(const Response& response, std::string_view name) {
  for (const auto& header : response.headers) {
    if (header.first == name) return true;
  }
  return false;
}

void add_safety(Response& response, const Settings& settings) {
  if (!has_header(response, "Content-Security-Policy")) {
    response.with("Content-Security-Policy", std::string(kNothingPolicy));
  }
  response.with("Referrer-Policy", "no-referrer")
      .with("X-Content-Type-Options", "nosniff")
      .with("X-Frame-Options", "DENY")
      .with("X-Robots-Tag", "noindex, nofollow")
      .with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin")
      .with("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (!has_header(response, "Cache-Control")) response.with("Cache-Control", "no-store");
  if (settings.hsts && settings.is_https()) {
    response.with("Strict-Transport-Security", "max-age=31536000");
  }
}

}  // namespace

struct Site::House {
  House(Desk& desk, Settings settings)
      : parts(desk, std::move(settings)),
        machines(parts, router),
        phones(parts, router),
        inboxes(parts, router),
        door(parts, router),
        boards(parts, door, router),
        walks(parts, door, router) {}

  Parts parts;
  Router router;
  MachinePages machines;
  PhonePages phones;
  InboxPages inboxes;
  BoardDoor door;
  BoardPages boards;
  WalkPages walks;
  bool stopped = false;
};

Site::Site(Desk& desk, Settings settings)
    : house_(std::make_unique<House>(desk, std::move(settings))) {}

Site::~Site() = default;

Live& Site::live() { return house_->parts.watchers; }

const Settings& Site::settings() const { return house_->parts.settings; }

void Site::stop() {
  house_->stopped = true;
  house_->parts.watchers.stop();
}

Response Site::rejection(int status) const {
  const Problem problem{
      .status = status,
      .kind = "rejected",
      .detail = std::string(reason_phrase(status)),
      .wait = status == 503 || status == 429 ? std::optional(Millis{5'000}) : std::nullopt};
  Response response = to_response(problem);
  add_safety(response, settings());
  return response;
}

void Site::handle(Request request, Respond respond) {
  if (house_->stopped) return respond(rejection(503));
  const Parts& parts = house_->parts;
  const auto found = house_->router.find(request);
  const auto answer = [this, respond = std::move(respond),
                       pattern = found.pattern](Response response) {
    add_safety(response, settings());
    if (settings().on_answer) settings().on_answer(pattern, response.status);
    respond(std::move(response));
  };
  const Words words = words_of(parts, request, nullptr, "");
  if (found.handler == nullptr && found.allow.empty()) {
    return answer(problem_response(parts, request, not_found("no such page"), words));
  }
  if (found.handler == nullptr) {
    const Problem problem{.status = 405, .kind = "method", .detail = "allowed are: " + found.allow};
    return answer(problem_response(parts, request, problem, words).with("Allow", found.allow));
  }
  const bool acts = request.method != Method::get && request.method != Method::head;
  if (acts && request.door == Door::net && is_foreign(parts, request)) {
    const Problem problem{.status = 403, .kind = "foreign", .detail = "sent by another site"};
    return answer(problem_response(parts, request, problem, words));
  }
  (*found.handler)(Call{std::move(request), found.captures}, answer);
}

}  // namespace shouwang::web
