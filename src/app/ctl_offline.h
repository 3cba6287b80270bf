// What the hand tool does without a running gateway, and on its own side.

#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <istream>
#include <ostream>
#include <string>

#include "app/ctl_client.h"
#include "base/result.h"

namespace shouwang::app {

// The *.csv of a folder as {"households.csv": "..."}. Errors: not_found, io.
Result<boost::json::object> read_ledgers(const std::filesystem::path& folder);

// Like the verb `import`, on the database itself. Errors: invalid (the configuration), locked (a
// gateway is running), those of the store.
Result<boost::json::value> import_offline(const std::filesystem::path& directory,
                                          const std::filesystem::path& folder,
                                          const boost::json::object& arguments);

// Like the verb `coverage`, from configuration and database. Errors: as above.
Result<boost::json::value> coverage_offline(const std::filesystem::path& directory,
                                            const std::string& community);

// A checked copy of the database that the configuration names.
Result<Done> backup_offline(const std::filesystem::path& directory, const std::string& path);
// Puts a copy in its place; what was there is kept under the returned name (empty: nothing was).
Result<std::string> restore_offline(const std::filesystem::path& directory,
                                    const std::string& copy);

// Every line that fits, page by page. Returns an exit code.
int print_journal(const CtlClient& client, boost::json::object query, std::ostream& out);

// `shouwangctl decode` (app/decode.h); how many lines were broken. Errors: invalid (the
// configuration).
Result<std::size_t> decode_stream(const std::filesystem::path& directory, std::istream& in,
                                  std::ostream& out);

// The text as a QR code for a terminal (ISO 18004, by libqrencode).
std::string qr_code(const std::string& text);

}  // namespace shouwang::app
