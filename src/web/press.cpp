#include "web/press.h"

#include <boost/json.hpp>

#include "web/answer_form.h"

namespace shouwang::web {

tl::expected<Done, Problem> press_button(Parts& parts, const Press& press) {
  const std::string key = press.page.person.str() + " " + press.page.incident.str();
  if (const auto wait = parts.presses.take(key, parts.desk.now())) {
    return tl::unexpected(too_often("too many presses on one page", *wait));
  }
  const auto action = incident::action_named(press.action);
  if (!action) return tl::unexpected(not_found("no such button"));
  auto answer = read_answer(*action, press.fields, press.words);
  if (!answer) return tl::unexpected(from_error(answer.error()));
  answer->by = press.page.person;
  answer->roles = press.roles;
  const dispatch::Reply reply = parts.desk.answer(press.page, std::move(*answer));
  if (!reply.refusal) return Done{};
  return tl::unexpected(
      from_refusal(*reply.refusal, refusal_sentence(*reply.refusal, press.words)));
}

Response form_ending(const Parts& parts, const Request& request, const std::string& path,
                     const Press& press, const tl::expected<Done, Problem>& result) {
  if (result) return see_other(path + "?done=" + std::string(press.action));
  const Problem& problem = result.error();
  if (!problem.refusal) return problem_response(parts, request, problem, press.words);
  return see_other(path + "?said=" + std::string(incident::name_of(*problem.refusal)));
}

void add_echo(boost::json::object& view, const std::string& query, const Words& words) {
  const auto fields = read_form(query);
  if (!fields) return;
  const std::string refusal = "refusal." + (*fields)["said"];
  if (fields->has("said") && words.has(refusal)) view["said"] = words(refusal);
  const auto action = incident::action_named((*fields)["done"]);
  if (action) view["done"] = words("page.pressed_done", {{"label", words.action(*action)}});
}

std::string refusal_sentence(incident::Refusal refusal, const Words& words) {
  return words("refusal." + std::string(incident::name_of(refusal)));
}

}  // namespace shouwang::web
