#include <openssl/rand.h>

#include "store/codec.h"
#include "store/record_tables.h"

namespace shouwang::store {

Result<std::vector<User>> AccessTables::users() {
  Query rows = database_.query("SELECT name, body FROM users ORDER BY name");
  std::vector<User> users;
  while (rows.next()) {
    auto user = decode<User>(rows.text(1));
    if (!user) return tl::unexpected(bad_row("users", rows.text(0), user.error().what));
    users.push_back(std::move(*user));
  }
  return users;
}

void AccessTables::put(const User& user) {
  database_.run(
      "INSERT INTO users (name, body) VALUES (?, ?)"
      " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
      user.name, encode(user));
}

Result<std::vector<Phone>> AccessTables::phones() {
  Query rows = database_.query("SELECT id, body FROM phones ORDER BY id");
  std::vector<Phone> phones;
  while (rows.next()) {
    auto phone = decode<Phone>(rows.text(1));
    if (!phone) return tl::unexpected(bad_row("phones", rows.text(0), phone.error().what));
    phones.push_back(std::move(*phone));
  }
  return phones;
}

void AccessTables::put(const Phone& phone) {
  database_.run(
      "INSERT INTO phones (id, body) VALUES (?, ?)"
      " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
      phone.id, encode(phone));
}

void AccessTables::drop_phone(const std::string& id) {
  database_.run("DELETE FROM phones WHERE id = ?", id);
}

Result<std::string> AccessTables::secret_key(const std::string& purpose) {
  {
    Query kept = database_.query("SELECT key FROM secret_keys WHERE purpose = ?", purpose);
    if (kept.next()) return kept.text(0);
  }
  std::string key(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1) {
    return fail(Error::Code::io, "the system gave no random bytes for a key");
  }
  database_.run("INSERT INTO secret_keys (purpose, key) VALUES (?, ?)", purpose, Blob{key});
  return key;
}

}  // namespace shouwang::store
