// What all pages share. One of each, made by Site; all on the loop's thread.

#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "web/allowance.h"
#include "web/desk.h"
#include "web/problem.h"
#include "web/request.h"
#include "web/sessions.h"
#include "web/settings.h"
#include "web/templates.h"
#include "web/watchers.h"
#include "web/words.h"

namespace shouwang::web {

struct Parts {
  Parts(Desk& the_desk, Settings the_settings)
      : desk(the_desk),
        settings(std::move(the_settings)),
        watchers(the_desk),
        sessions(settings.sessions,
                 [this](const std::vector<KeptSession>& all) { desk.keep_sessions(all); }),
        wrong_tokens(settings.wrong_tokens),
        presses(settings.presses) {
    sessions.restore(desk.kept_sessions(), desk.now());
  }

  Desk& desk;
  const Settings settings;
  Templates templates;
  Watchers watchers;
  Sessions sessions;
  Allowance wrong_tokens;
  Allowance presses;
};

// The frame of every page: language, paths of its script and style, its words.
//   {"lang":"zh-CN","script":"/assets/phone.0123.js","icon":...,"words":{...}}
// `page` names script and style: "phone", "inbox", "desk", "walk".
boost::json::object frame(std::string_view page, const Words& words);

// A page with a sentence and nothing else, in the frame of a phone page.
//   key: "page.gone" -> texts page.gone.title and page.gone.text
Response message_page(const Parts& parts, int status, std::string_view key, const Words& words);

// The page `name` rendered from `view`. Adds the style and its hash in the policy.
Response render_page(const Parts& parts, std::string_view name, boost::json::object view);

// Tells a program or a person what went wrong.
Response problem_response(const Parts& parts, const Request& request, const Problem& problem,
                          const Words& words);

// The words of somebody we know nothing about: by cookie and browser.
Words words_of(const Parts& parts, const Request& request, const CommunityView* community,
               std::string_view otherwise);

// Whether a page of another site sent the request: nothing is done for it then.
bool is_foreign(const Parts& parts, const Request& request);

inline constexpr std::string_view kLanguageCookie = "shouwang_lang";

}  // namespace shouwang::web
