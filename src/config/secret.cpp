#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "config/config.h"

namespace shouwang::config {
namespace {

constexpr std::size_t kSecretBytesMax = 64 * 1024;

// A credential's group bits may show an access list that systemd set for the service's user; the
// directory above it keeps the group out. A file of ours has no such excuse.
Result<Done> check_mode(const std::filesystem::path& path, mode_t forbidden,
                        const std::string& name) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) {
    return fail(Error::Code::not_found, name + " does not exist");
  }
  if (!S_ISREG(state.st_mode)) return fail(Error::Code::invalid, name + " is not a file");
  if ((state.st_mode & forbidden) != 0) {
    return fail(Error::Code::invalid, name + " can be read by others: chmod 600");
  }
  return Done{};
}

Result<std::string> read_all(const std::filesystem::path& path, const std::string& name) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) return fail(Error::Code::io, name + " can not be read");
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty() || text.size() > kSecretBytesMax) {
    return fail(Error::Code::invalid, name + " has " + std::to_string(text.size()) +
                                          " bytes, must have 1 .. " +
                                          std::to_string(kSecretBytesMax));
  }
  return text;
}

}  // namespace

Result<std::string> read_secret(const SecretRef& secret, const std::filesystem::path& directory) {
  if (!secret.file.empty()) {
    const std::string name = "secret file `" + secret.file + "`";
    const auto path = directory / secret.file;
    TRY_DONE(check_mode(path, S_IRWXG | S_IRWXO, name));
    return read_all(path, name);
  }
  if (secret.credential.empty()) return fail(Error::Code::not_found, "no secret is named");
  const std::string name = "credential `" + secret.credential + "`";
  const char* home = std::getenv("CREDENTIALS_DIRECTORY");
  if (home == nullptr) {
    return fail(Error::Code::not_found, name +
                                            ": $CREDENTIALS_DIRECTORY is not set; systemd gives it "
                                            "(LoadCredential= in the unit)");
  }
  auto path = std::filesystem::path(home) / secret.credential;
  // systemd names the files of a directory after it: LoadCredential=shouwang:/etc/....
  std::error_code error;
  if (const auto one_of_ours = std::filesystem::path(home) / ("shouwang_" + secret.credential);
      !std::filesystem::exists(path, error) && std::filesystem::exists(one_of_ours, error)) {
    path = one_of_ours;
  }
  TRY_DONE(check_mode(path, S_IRWXO, name));
  return read_all(path, name);
}

}  // namespace shouwang::config
