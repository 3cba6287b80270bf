#include "tests/support/page_texts.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>

namespace shouwang::testing {
namespace {

void read(const YAML::Node& node, const std::string& key, Catalogue::Texts& texts) {
  if (node.IsScalar()) {
    texts[key] = node.Scalar();
    return;
  }
  for (const auto& entry : node) {
    const auto name = entry.first.as<std::string>();
    read(entry.second, key.empty() ? name : key + "." + name, texts);
  }
}

void put_advice(Catalogue::Texts& texts, bool english) {
  std::erase_if(texts, [](const auto& text) {
    return text.first.starts_with("message.") && !text.first.starts_with("message.order.");
  });
  texts["message.do.gas.relative"] =
      english ? "Tell them to leave the house." : "请提醒家里人：马上到楼外去。";
  texts["message.do.gas.resident"] =
      english ? "Open the door and go outside." : "马上开门出去，到楼外再打电话。";
  texts["message.do.gas.responder"] = english ? "Knock, do not ring." : "敲门喊人，不要按门铃。";
  texts["message.do.other.desk"] =
      english ? "Stay with it until somebody is there." : "请一直跟到有人到场。";
  texts["message.do.other.resident"] = english ? "Leave if in danger." : "有危险马上离开。";
  texts["message.do.other.responder"] = english ? "Please go and look." : "请马上去看看。";
  texts["message.do.smoke.resident"] =
      english ? "If the door is hot, keep it shut." : "先摸房门：门烫就不要开。";
  texts["message.emergency.gas"] = english
                                       ? "Smell gas or see fire: leave, then call the fire service."
                                       : "闻到燃气味或看到火：先离开，再打火警电话。";
}

}  // namespace

Catalogue page_texts() {
  Catalogue catalogue;
  const std::filesystem::path folder = std::filesystem::path(SHOUWANG_SOURCE_DIR) / "config/texts";
  for (const std::string language : {"zh-CN", "en"}) {
    auto& texts = catalogue.languages[language];
    read(YAML::LoadFile((folder / (language + ".yaml")).string()), "", texts);
    put_advice(texts, language == "en");
  }
  return catalogue;
}

}  // namespace shouwang::testing
