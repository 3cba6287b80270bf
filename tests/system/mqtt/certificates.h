// A certificate authority of the test's own, made with openssl in a folder.

#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/support/broker.h"

namespace shouwang::testing {

class Authority {
 public:
  explicit Authority(std::string name) : name_(std::move(name)) {
    command(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=" +
        name_ + " -keyout " + file(name_ + ".key") + " -out " + ca_file());
  }

  std::string ca_file() const { return file(name_ + ".crt"); }

  // A server's certificate for `names`, as in "IP:127.0.0.1,DNS:localhost". Lines for mosquitto.
  std::string certificate(const std::string& names) const {
    const std::string extension = folder_.write("names.cnf", "subjectAltName=" + names + "\n");
    command(
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=broker "
        "-keyout " +
        file("broker.key") + " -out " + file("broker.csr"));
    command("openssl x509 -req -days 2 -CAcreateserial -CA " + ca_file() + " -CAkey " +
            file(name_ + ".key") + " -in " + file("broker.csr") + " -extfile " + extension +
            " -out " + file("broker.crt"));
    return "certfile " + file("broker.crt") + "\nkeyfile " + file("broker.key") + "\n";
  }

 private:
  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  static void command(const std::string& line) {
    const Output output = run(line);
    EXPECT_EQ(output.status, 0) << output.text;
  }

  std::string name_;
  TemporaryFolder folder_;
};

}  // namespace shouwang::testing
