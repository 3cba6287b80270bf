#include "config/script.h"

#include <set>

#include "base/utf8.h"

namespace shouwang::config {
namespace {

// The n-th characters of both lists are the same word. Characters that the other script uses too
// (后, 里, 台, 范, 于, 松, 冬 ...) are left out.
constexpr std::string_view kSimplified =
    "区楼号单门东长树陈刘张赵杨吴郑孙马罗谢许韩冯邓萧叶苏卢蒋贾钟谭陆龙钱汤严顾赖龚庞聂兰国华庆"
    "宝丽凤莲荣贵军爱红伟辉卫兴义学厂广场园桥湾乡镇县侧厅电话网员务处备报警烟雾气阀测试验证"
    "组织队长户亲属儿妇孙侄爷奶楼层间阳台厨厕厅卧灯开关闭锁钥匙转达应该请问说让谁们这时会"
    "对没无为从来过还后进远近边头脑药医诊疗护养残疾聋哑盲独寡鳏孤贫难产妇婴岁历记录资档单据号码邮编"
    "证"
    "银铁钢铝铜锅炉灶炼热凉冻湿干净洁环境废弃纸质笔划图书馆报纸杂志传统节庆贺礼宾馆饭";
constexpr std::string_view kTraditional =
    "區樓號單門東長樹陳劉張趙楊吳鄭孫馬羅謝許韓馮鄧蕭葉蘇盧蔣賈鐘譚陸龍錢湯嚴顧賴龔龐聶蘭國華慶"
    "寶麗鳳蓮榮貴軍愛紅偉輝衛興義學廠廣場園橋灣鄉鎮縣側廳電話網員務處備報警煙霧氣閥測試驗證"
    "組織隊長戶親屬兒婦孫姪爺奶樓層間陽臺廚廁廳臥燈開關閉鎖鑰匙轉達應該請問說讓誰們這時會"
    "對沒無為從來過還後進遠近邊頭腦藥醫診療護養殘疾聾啞盲獨寡鰥孤貧難產婦嬰歲歷記錄資檔單據號碼郵編"
    "證"
    "銀鐵鋼鋁銅鍋爐灶煉熱涼凍濕乾淨潔環境廢棄紙質筆劃圖書館報紙雜誌傳統節慶賀禮賓館飯";

using Characters = std::set<std::string, std::less<>>;

Characters characters(std::string_view text) {
  Characters all;
  while (!text.empty()) {
    const std::string_view one = first_characters(text, 1);
    all.emplace(one);
    text.remove_prefix(one.size());
  }
  return all;
}

// What is in `own` and not in `other`: many characters are the same in both.
Characters only(std::string_view own, std::string_view other) {
  Characters found = characters(own);
  for (const std::string& shared : characters(other)) found.erase(shared);
  // Written in traditional texts too, with another meaning.
  for (const char* both : {"后", "里", "台", "干", "划", "志"}) found.erase(both);
  return found;
}

}  // namespace

std::optional<std::string> character_of(Script script, std::string_view text) {
  static const Characters kOnlySimplified = only(kSimplified, kTraditional);
  static const Characters kOnlyTraditional = only(kTraditional, kSimplified);
  const Characters& wanted = script == Script::simplified ? kOnlySimplified : kOnlyTraditional;
  while (!text.empty()) {
    const std::string_view one = first_characters(text, 1);
    if (one.size() > 1 && wanted.contains(one)) return std::string(one);
    text.remove_prefix(one.size());
  }
  return std::nullopt;
}

}  // namespace shouwang::config
