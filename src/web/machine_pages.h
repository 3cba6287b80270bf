// What machines ask for: files of the pages, health, metrics, and, through the control socket
// only, the hand tool's verbs.
//
//   GET  /assets/{file}, /api/v1/openapi.yaml
//   GET  /healthz, /readyz, /metrics
//   POST /control/{verb}      JSON in, JSON out

#pragma once

#include "web/parts.h"
#include "web/router.h"

namespace shouwang::web {

class MachinePages {
 public:
  // Adds its routes. Both must outlive it, and it the routes.
  MachinePages(Parts& parts, Router& router);

 private:
  Response asset(const Call& call) const;
  Response metrics(const Call& call) const;
  void control(const Call& call, const Respond& respond);

  Parts& parts_;
};

}  // namespace shouwang::web
