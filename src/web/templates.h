// The pages' HTML, from the templates of page/templates/ (mustache; everything is escaped).
//
// The browser renders the same templates from the same objects (page/shared/mustache.ts), so a
// page looks the same before and after a live update, with script and without.

#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>

namespace shouwang::web {

class Templates {
 public:
  // CHECKs that every template is sound.
  Templates();

  // Fills the template `name` ("phone") with `view`. Texts are escaped; an empty text, an empty
  // list, false and null all count as absent.
  std::string render(std::string_view name, const boost::json::object& view) const;

 private:
  std::map<std::string, std::string, std::less<>> texts_;  // By name, without indentation.
};

// JSON that may stand inside a <script type="application/json">: no "<" in it can end the element.
std::string inert_json(const boost::json::value& value);

}  // namespace shouwang::web
