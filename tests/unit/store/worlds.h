// The stores that run the contract.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tests/contract/store_contract.h"
#include "tests/support/temp_dir.h"

namespace shouwang::store {

class SqliteWorld final : public StoreWorld {
 public:
  SqliteWorld() { open(dir_ / "store.db"); }

  Doors doors() override { return {*store_, *store_, *store_, *store_}; }
  void restart() override { open(path_); }
  std::string free_path() override { return dir_ / "copy.db"; }
  void use_copy(const std::string& path) override { open(path); }

 private:
  void open(const std::string& path) {
    path_ = path;
    store_.reset();
    auto opened = SqliteStore::open(path, {.journal = {.loose = 3, .block = 2}});
    if (!opened) throw std::runtime_error(opened.error().what);
    store_ = std::move(*opened);
  }

  testing::TempDir dir_;
  std::string path_;
  std::unique_ptr<SqliteStore> store_;
};

class MemoryWorld final : public StoreWorld {
 public:
  explicit MemoryWorld(bool through_codec)
      : store_(std::make_unique<MemoryStore>(
            MemoryStore::Options{.through_codec = through_codec, .seed = 7})) {}

  Doors doors() override { return {*store_, *store_, *store_, *store_}; }
  void restart() override {}
  std::string free_path() override { return dir_ / "copy"; }
  void use_copy(const std::string& path) override {
    auto opened = MemoryStore::from_copy(path);
    if (!opened) throw std::runtime_error(opened.error().what);
    store_ = std::move(*opened);
  }

 private:
  testing::TempDir dir_;
  std::unique_ptr<MemoryStore> store_;
};

}  // namespace shouwang::store
