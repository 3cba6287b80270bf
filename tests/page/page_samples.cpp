// Writes what the scripts' tests are checked against:
//
//   examples.ts   the API's examples (src/web/openapi.yaml), each with its type from api.ts
//   samples.ts    templates filled by the server: view and HTML, for the browser's engine to match
//
//   page_samples FOLDER

#include <yaml-cpp/yaml.h>

#include <boost/json.hpp>
#include <fstream>
#include <iostream>

#include "tests/support/page_texts.h"
#include "web/embedded.h"
#include "web/parts.h"

namespace {

namespace json = boost::json;
using namespace shouwang;

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
  boost::system::error_code problem;
  json::value value = json::parse(node.Scalar(), problem);
  return problem || node.Tag() == "!" ? json::value(json::string(node.Scalar())) : value;
}

json::object sample(const web::Templates& templates, std::string_view name, json::object view) {
  const std::string html = templates.render(name, view);
  return {{"name", name}, {"view", std::move(view)}, {"html", html}};
}

// Every template that the browser fills too, on every example that fits it.
json::array samples(const YAML::Node& examples) {
  const Catalogue texts = testing::page_texts();
  const web::Templates templates;
  json::array list;
  for (const std::string language : {"zh-CN", "en"}) {
    const web::Words words(texts, language, nullptr);
    json::object page = web::frame("desk", words);
    page["base"] = "/p/token";
    page["csrf"] = "token<\"&'>";
    const auto with = [&](const std::string& example) {
      json::object view = page;
      const json::value value = to_json(examples[example]["value"]);
      for (const auto& field : value.as_object()) view[field.key()] = field.value();
      return view;
    };
    for (const char* example : {"pageOfRelative", "pageOfUnitHead", "incidentOfDesk"}) {
      list.push_back(sample(templates, "_card", with(example)));
      list.push_back(sample(templates, "_desk", with(example)));
    }
    for (const char* example : {"board", "boardOfViewer"}) {
      list.push_back(sample(templates, "_rows", with(example)));
      list.push_back(sample(templates, "_side", with(example)));
    }
    list.push_back(sample(templates, "_inbox", with("inbox")));
    json::object walk = with("walks");
    walk["words"] = web::frame("walk", words)["words"];
    list.push_back(sample(templates, "_walk", walk));
    json::object echo = page;
    echo["said"] = "</p><script>alert('1')</script>";
    echo["presses"] = json::array{json::object{{"stage", "waiting"}, {"sentence", "a & b"}}};
    list.push_back(sample(templates, "_echo", echo));
    list.push_back(sample(templates, "_inbox", page));
    list.push_back(sample(templates, "_rows", page));
  }
  return list;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "page_samples FOLDER\n";
    return 64;
  }
  const std::string folder = argv[1];
  const YAML::Node api = YAML::Load(std::string(web::embedded("openapi.yaml").text));
  const YAML::Node examples = api["components"]["examples"];
  std::ofstream types(folder + "/examples.ts");
  types << "import * as Api from \"@page/shared/api\";\n";
  for (const auto& entry : examples) {
    types << "export const " << entry.first.as<std::string>() << ": Api."
          << entry.second["x-schema"].as<std::string>() << " = "
          << json::serialize(to_json(entry.second["value"])) << ";\n";
  }
  std::ofstream filled(folder + "/samples.ts");
  filled << "export const SAMPLES: { name: string; view: { [name: string]: unknown }; html: string "
            "}[] =\n"
         << json::serialize(samples(examples)) << ";\n";
  types.close();
  filled.close();
  return types && filled ? 0 : 1;
}
