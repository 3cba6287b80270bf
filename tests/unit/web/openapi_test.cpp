// The API's description is true: every example is what the code writes or accepts, and fits its
// schema.

#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "tests/unit/web/site_kit.h"
#include "web/embedded.h"

namespace shouwang::testing {
namespace {

namespace json = boost::json;
using incident::Action;
using ::testing::IsEmpty;
using web::Response;
using namespace std::chrono_literals;

json::value to_json(const YAML::Node& node) {
  if (node.IsSequence()) {
    json::array list;
    for (const auto& item : node) list.push_back(to_json(item));
    return list;
  }
  if (node.IsMap()) {
    json::object object;
    for (const auto& entry : node) object[entry.first.as<std::string>()] = to_json(entry.second);
    return object;
  }
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return json::string(text);
  boost::system::error_code problem;
  const json::value value = json::parse(text, problem);
  return problem ? json::value(json::string(text)) : value;
}

json::object described() {
  return to_json(YAML::Load(std::string(web::embedded("openapi.yaml").text))).as_object();
}

// As much of JSON Schema as the description uses.
class Schemas {
 public:
  explicit Schemas(const json::object& all) : all_(all) {}

  // Everything about `value` that does not fit, with its place.
  std::set<std::string> misfits(const json::value& value, const std::string& name) {
    found_.clear();
    fit(value, schema(name), name);
    return found_;
  }

 private:
  const json::object& schema(std::string_view name) const {
    return all_.at("components").at("schemas").at(name).as_object();
  }

  void fit(const json::value& value, const json::object& wanted, const std::string& at) {
    if (const auto* reference = wanted.if_contains("$ref")) {
      const std::string_view path = reference->as_string();
      return fit(value, schema(path.substr(path.rfind('/') + 1)), at);
    }
    const std::string_view type = wanted.at("type").as_string();
    if (!is_a(value, type)) {
      found_.insert(at + ": is no " + std::string(type));
    } else if (type == "object") {
      fit_object(value.as_object(), wanted, at);
    } else if (type == "array") {
      for (const auto& item : value.as_array())
        fit(item, wanted.at("items").as_object(), at + "[]");
    } else if (const auto* choices = wanted.if_contains("enum")) {
      const auto& list = choices->as_array();
      if (std::ranges::find(list, value) == list.end()) found_.insert(at + ": not in the list");
    }
  }

  static bool is_a(const json::value& value, std::string_view type) {
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "array") return value.is_array();
    return value.is_object();
  }

  void fit_object(const json::object& object, const json::object& wanted, const std::string& at) {
    const auto& properties = wanted.at("properties").as_object();
    for (const auto& [name, value] : object) {
      const std::string place = at + "." + std::string(name);
      if (const auto* property = properties.if_contains(name)) {
        fit(value, property->as_object(), place);
      } else {
        found_.insert(place + ": not described");
      }
    }
    const auto* required = wanted.if_contains("required");
    if (required == nullptr) return;
    for (const auto& name : required->as_array()) {
      if (!object.contains(name.as_string())) {
        found_.insert(at + "." + std::string(name.as_string()) + ": missing");
      }
    }
  }

  const json::object& all_;
  std::set<std::string> found_;
};

// Lives through a night and notes what is sent and said, by the name of the example.
class OpenApi : public SiteTest {
 protected:
  void wrote(const std::string& name, const Response& answer) {
    written[name] = json::parse(answer.body);
  }
  // Sends the example as it stands and expects the status.
  Response accepts(const std::string& name, const std::string& path, int status) {
    used.insert(name);
    const Response answer = client.post_json(path, json::serialize(example(name)));
    EXPECT_EQ(answer.status, status) << name << answer.body;
    return answer;
  }
  json::value example(const std::string& name) const {
    const auto* found = all.at("components").at("examples").as_object().if_contains(name);
    EXPECT_NE(found, nullptr) << name;
    return found == nullptr ? json::value(json::object()) : found->at("value");
  }

  void phones() {
    desk.numbers = {{"home", "+000"}};
    const std::string head = desk.link("B05-U1-103/1", incident).substr(3);
    const std::string relative = desk.link("R0001", incident).substr(3);
    accepts("answerGoing", "/api/v1/pages/" + relative + "/answers", 200);
    accepts("answerNote", "/api/v1/pages/" + relative + "/answers", 200);
    wrote("problemRefused", client.post_json("/api/v1/pages/" + relative + "/answers",
                                             R"({"action":"going","minutes":25})"));
    wrote("problemInvalid", client.post_json("/api/v1/pages/" + relative + "/answers",
                                             R"({"action":"going","minutes":"soon"})"));
    wrote("problemGone", client.get("/api/v1/pages/no-such-token"));
    wrote("pageOfRelative", client.get("/api/v1/pages/" + relative));
    wrote("pageOfUnitHead", client.get("/api/v1/pages/" + head));
  }

  void inboxes() {
    desk.codes = {{"code", "R0001"}};
    client.post_form("/enrol/code", "");
    const Response list = client.get("/api/v1/inbox");
    wrote("inbox", list);
    client.csrf = json::parse(list.body).at("csrf").as_string().c_str();
    accepts("receipt", "/api/v1/inbox/receipts", 204);
  }

  void boards() {
    wrote("problemOutside", client.get("/api/v1/board"));
    wrote("problemLogin", client.log_in("desk1", "guess"));
    const Response session = accepts("login", "/api/v1/session", 201);
    wrote("session", session);
    client.csrf = json::parse(session.body).at("csrf").as_string().c_str();
    wrote("board", client.get("/api/v1/board"));
    wrote("incidentOfDesk", client.get("/api/v1/incidents/" + incident.str()));
    wrote("places", client.get("/api/v1/places?text=U2-1"));
    accepts("matterWaived", "/api/v1/matters/waive", 204);
    accepts("matterDone", "/api/v1/matters/done", 204);
    wrote("opened", accepts("opening", "/api/v1/incidents", 201));
    accepts("answerClose", "/api/v1/incidents/" + incident.str() + "/answers", 200);
    client.log_in("guest");
    wrote("boardOfViewer", client.get("/api/v1/board"));
    for (int i = 0; i < 6; ++i) wrote("problemTooOften", client.log_in("nobody", "guess"));
  }

  // Where nothing has happened yet.
  void walks() {
    FakeDesk town;
    web::Site house{town, test_settings()};
    Client fitter{house};
    fitter.log_in("inst");
    used.insert("walkStart");
    wrote("walkStarted", fitter.post_json("/api/v1/walks", json::serialize(example("walkStart"))));
    town.handle(dispatch::Heard{
        .device = DeviceId("SM-B05-U2"),
        .topic = "small/SM-B05-U2",
        .profile = "native",
        .report = {.signals = {{.kind = device::Kind::smoke, .meaning = device::Meaning::alarm}},
                   .link = device::LinkQuality{.value = -61},
                   .battery = 87}});
    town.advance(2s);
    wrote("walks", fitter.get("/api/v1/walks"));
    house.stop();
  }

  json::object all = described();
  IncidentId incident;
  std::map<std::string, json::value> written;
  std::set<std::string> used;
};

TEST_F(OpenApi, EveryExampleIsWhatTheGatewayWritesOrAccepts) {
  desk.unreachable.insert("GU1");
  incident = desk.alarm("GA-B05-U1-302");
  desk.advance(20s);
  desk.unknown_alarm("GA-ZZZ");
  desk.press("B05-U1-103/1", incident, {.action = Action::going});
  desk.advance(172s);
  phones();
  inboxes();
  boards();
  walks();
  for (const auto& [name, value] : written) {
    EXPECT_EQ(example(name), value) << name << " is written as\n" << json::serialize(value);
    used.insert(name);
  }
  for (const auto& [name, entry] : all.at("components").at("examples").as_object()) {
    EXPECT_TRUE(used.contains(std::string(name))) << name << " is not tried";
  }
}

TEST_F(OpenApi, EveryExampleFitsItsSchema) {
  Schemas schemas(all);
  for (const auto& [name, entry] : all.at("components").at("examples").as_object()) {
    const std::string schema(entry.at("x-schema").as_string());
    EXPECT_THAT(schemas.misfits(entry.at("value"), schema), IsEmpty()) << name;
  }
}

TEST_F(OpenApi, AMisfitIsNoticed) {
  Schemas schemas(all);
  const json::value wrong = {{"incident", 7}, {"extra", true}};
  EXPECT_EQ(
      schemas.misfits(wrong, "Opened"),
      (std::set<std::string>{"Opened.incident: is no string", "Opened.extra: not described"}));
  EXPECT_EQ(schemas.misfits(json::object(), "Opened"),
            (std::set<std::string>{"Opened.incident: missing"}));
}

// Every $ref of the description leads somewhere.
TEST_F(OpenApi, NoReferenceIsBroken) {
  std::set<std::string> broken;
  const std::function<void(const json::value&)> visit = [&](const json::value& value) {
    if (const auto* list = value.if_array()) {
      for (const auto& item : *list) visit(item);
    }
    const auto* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& [name, field] : *object) {
      if (name != "$ref") {
        visit(field);
        continue;
      }
      boost::system::error_code problem;
      const std::string path(field.as_string());
      const json::value root = all;
      if (root.find_pointer(path.substr(1), problem) == nullptr) broken.insert(path);
    }
  };
  visit(all);
  EXPECT_THAT(broken, IsEmpty());
}

TEST_F(OpenApi, TheDescriptionIsServed) {
  const Response answer = client.get("/api/v1/openapi.yaml");
  EXPECT_EQ(answer.content_type, "application/yaml");
  EXPECT_EQ(answer.body, web::embedded("openapi.yaml").text);
}

}  // namespace
}  // namespace shouwang::testing
