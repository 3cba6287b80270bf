#include "app/ear.h"

namespace shouwang::app {

void Ear::listen(mqtt::LinkSettings of_link) {
  if (listens_) return;
  listens_ = true;
  if (link_) return link_->subscribe(std::move(of_link.subscriptions));
  mqtt::LinkSettings settings = std::move(of_link);
  settings.client_id += "-ear";
  if (!settings.status_topic.empty()) settings.status_topic += "/ear";
  settings.keeps_session = false;
  link_ = std::make_unique<mqtt::PahoLink>(
      std::move(settings), mqtt::Link::Handlers{.on_message =
                                                    [this](const mqtt::Incoming& in) {
                                                      hear_(in);
                                                      return mqtt::Verdict::keep;
                                                    },
                                                .on_state = [](const mqtt::LinkState&) {}});
  link_->start();
}

void Ear::rest() {
  if (!listens_) return;
  listens_ = false;
  link_->subscribe({});
}

}  // namespace shouwang::app
