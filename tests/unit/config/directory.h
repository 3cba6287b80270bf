// A configuration directory of a test's own, copied from fixtures and edited at will.

#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "config/config.h"

namespace shouwang::config {

inline const std::filesystem::path kData =
    std::filesystem::path(SHOUWANG_SOURCE_DIR) / "tests/data";

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class Directory {
 public:
  // A copy of `base`.
  explicit Directory(const std::filesystem::path& base = kData / "config/sound") {
    std::string pattern = (std::filesystem::temp_directory_path() / "shouwang-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    overlay(base);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path_); }

  // Puts the files of `other` on top.
  void overlay(const std::filesystem::path& other) const {
    using std::filesystem::copy_options;
    std::filesystem::copy(other, path_, copy_options::recursive | copy_options::overwrite_existing);
  }
  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << text;
  }
  // Replaces the only place where `was` stands in `file`.
  void edit(const std::string& file, const std::string& was, const std::string& becomes) const {
    std::string text = read_file(path_ / file);
    const std::size_t at = text.find(was);
    if (at == std::string::npos) throw std::runtime_error(file + " does not hold: " + was);
    write(file, text.replace(at, was.size(), becomes));
  }
  const std::filesystem::path& path() const { return path_; }

  // What `shouwangd --check` would print: every fault on a line of its own.
  std::string faults() const {
    const auto loaded = load(path_);
    std::string lines;
    if (loaded) return lines;
    for (const Fault& fault : loaded.error()) lines += format(fault) + "\n";
    return lines;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace shouwang::config
