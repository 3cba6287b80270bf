// What the hand tool asks of the running gateway, over the control socket: verb and JSON in, JSON
// out. Who may open the socket's file may do all of this.
//
//   status    {}                                     -> state of every link, counts
//   reload    {}                                     -> {} or the faults
//   incidents {community?, id?, all?}                -> open ones, one whole, or the latest 1000
//   devices   {community?}                           -> what is fitted, when it was last heard
//   coverage  {community?}                           -> who is not protected, and by what gap
//   newcomers {}                                     -> who speaks and is in no list, with profiles
//   walktest  {action: start | list | stop | quiet, by, place, minutes?, test, device}
//                                                    -> devices under test (dispatch/trial.h)
//   matters   {community?}                           -> open technical matters
//   mend      {community, matter, by, until?, why?}  -> it is mended; until: waived till then
//   import    {community, files, dry_run?, ...}      -> report; see config/ledger.h
//   phones    {action: list | enrol | drop, ...}
//   users     {action: list | put | disable, ...}
//   report    {from?, until?, incident?, after?}     -> journal lines
//   verify    {}                                     -> the journal's chain
//   raw       {community?, topic?}                   -> messages that nobody understood
//   backup    {path}                                 -> a checked copy of the database
//
// Errors: invalid (what was asked, what is allowed), not_found, and those of the store.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/gateway.h"
#include "app/health.h"
#include "app/logins.h"
#include "app/phones.h"
#include "config/ledger.h"
#include "store/archive.h"

namespace shouwang::app {

class Sensors;

class Control {
 public:
  // All must outlive the control.
  struct Parts {
    boost::asio::io_context& loop;
    Clock& clock;
    Gateway& gateway;
    store::Store& store;
    store::RecordStore& records;
    store::AccessStore& access;
    store::Archive& archive;
    Phones& phones;
    Logins& logins;
    std::function<Vitals()> vitals;
    std::function<Result<Done>()> reload;
    // New records are stored: put them in place of the old.
    std::function<Result<Done>(const CommunityId&)> records_changed;
    std::function<std::shared_ptr<const config::Config>()> config;
    const Sensors* sensors = nullptr;  // Without it nobody knows newcomers.
  };
  using Reply = std::function<void(Result<std::string>)>;

  explicit Control(Parts parts);
  ~Control();

  // Answers on the loop's thread, at once or (backup, verify, a password) when the work is done.
  void ask(const std::string& verb, const std::string& arguments, Reply reply);

 private:
  using Object = boost::json::object;
  using Answer = Result<boost::json::value>;
  using Verb = Answer (Control::*)(const Object&);

  Answer status(const Object& arguments);
  Answer reload(const Object& arguments);
  Answer incidents(const Object& arguments);
  Answer devices(const Object& arguments);
  Answer coverage(const Object& arguments);
  Answer chirping(const Object& arguments);
  Answer load(const Object& arguments);
  Answer diary(const Object& arguments);
  Answer matters(const Object& arguments);
  Answer mend(const Object& arguments);
  Answer import(const Object& arguments);
  Answer phones(const Object& arguments);
  Answer users(const Object& arguments);
  Answer report(const Object& arguments);
  Answer raw(const Object& arguments);
  Answer walktest(const Object& arguments);

  Result<const config::Community*> community_of(const Object& arguments) const;
  std::vector<const dispatch::Book*> books_of(const Object& arguments) const;
  Answer put_user(const Object& arguments);
  Answer start_test(const Object& arguments);
  Result<PersonId> tester_of(const Object& arguments) const;
  // Runs `work` off the loop and answers on it.
  void aside(std::function<Answer()> work, Reply reply);
  void find_newcomers(Reply reply);

  Parts parts_;
  std::map<std::string, Verb> verbs_;
  boost::asio::thread_pool aside_{1};
};

}  // namespace shouwang::app
