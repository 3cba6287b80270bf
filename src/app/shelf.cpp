#include "app/shelf.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

namespace shouwang::app {
namespace {

constexpr std::uint64_t kMagic = 0x73686f7577616e68;  // And the layout below.
constexpr std::size_t kSuspects = 32;
constexpr std::array<int, 5> kFatal = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

using Mark = std::atomic<std::uint64_t>;
static_assert(Mark::is_always_lock_free);

std::atomic<std::atomic<std::uint32_t>*> crash_note{nullptr};
std::array<struct sigaction, kFatal.size()> before_us;

// Only what a signal handler may do. Whoever listened before us goes on from here.
void on_fatal(int number) {
  if (auto* note = crash_note.load()) note->store(1);
  for (std::size_t i = 0; i < kFatal.size(); ++i) {
    if (kFatal[i] == number) sigaction(number, &before_us[i], nullptr);
  }
  raise(number);
}

// This program, as opposed to the one before an upgrade.
std::uint64_t build() {
  struct stat state {};
  if (::stat("/proc/self/exe", &state) != 0) return 1;
  return static_cast<std::uint64_t>(state.st_mtime) * 1'000'003 +
         static_cast<std::uint64_t>(state.st_size);
}

std::uint32_t topic_of(std::uint64_t mark) { return static_cast<std::uint32_t>(mark >> 32); }

tl::unexpected<Error> trouble(const std::string& path) {
  return fail(Error::Code::io, path + ": " + std::strerror(errno));
}

}  // namespace

struct Shelf::Page {
  struct Suspect {
    Mark mark;
    std::atomic<std::uint32_t> ends;
    std::atomic<std::uint32_t> topic_ends;  // Of these, since a message of its topic was handled.
  };
  Mark magic;
  Mark build;
  std::atomic<std::uint32_t> crashed;
  std::array<Mark, 3> in_hand;
  std::array<Suspect, kSuspects> suspects;
  std::atomic<std::uint32_t> next;  // Which suspect makes room for a new one.
};

Result<std::unique_ptr<Shelf>> Shelf::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return trouble(path);
  void* memory = MAP_FAILED;
  // Allocated, for a hole that the disk can not fill would end us where it is written to.
  if (errno = ::posix_fallocate(file, 0, sizeof(Page)); errno == 0) {
    memory = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  const auto failed = trouble(path);
  ::close(file);
  if (memory == MAP_FAILED) return failed;
  std::unique_ptr<Shelf> shelf(new Shelf(static_cast<Page*>(memory)));
  shelf->count_ends();
  shelf->hear_signals();
  return shelf;
}

Shelf::~Shelf() {
  crash_note.store(nullptr);
  ::munmap(page_, sizeof(Page));
}

// The same in every process of one build, which is as long as marks are kept.
std::uint64_t Shelf::mark_of(std::string_view topic, std::string_view payload) {
  constexpr std::hash<std::string_view> hash;
  const std::uint64_t mark = hash(topic) << 32 | (hash(payload) & 0xffffffff);
  return mark == 0 ? 1 : mark;
}

bool Shelf::is_poison(std::uint64_t mark) const {
  std::uint32_t topic_ends = 0;
  for (const Page::Suspect& suspect : page_->suspects) {
    const std::uint64_t known = suspect.mark.load(std::memory_order_relaxed);
    if (known == 0 || topic_of(known) != topic_of(mark)) continue;
    if (known == mark && suspect.ends >= kEndsMost) return true;
    topic_ends += suspect.topic_ends;
  }
  return topic_ends >= kTopicEndsMost;
}

void Shelf::take(Hand hand, std::uint64_t mark) {
  page_->in_hand[static_cast<std::size_t>(hand)].store(mark, std::memory_order_relaxed);
}

void Shelf::put_down(Hand hand) { take(hand, 0); }

void Shelf::acquit(std::uint64_t mark) {
  for (Page::Suspect& suspect : page_->suspects) {
    const std::uint64_t known = suspect.mark.load(std::memory_order_relaxed);
    if (known == 0 || topic_of(known) != topic_of(mark)) continue;
    suspect.topic_ends = 0;
    if (known == mark) suspect.mark = 0;
  }
}

void Shelf::note_crash() { page_->crashed = 1; }

void Shelf::count_ends() {
  if (page_->magic != kMagic || page_->build != build()) {
    std::memset(static_cast<void*>(page_), 0, sizeof(Page));
    page_->magic = kMagic;
    page_->build = build();
  }
  had_crashed_ = page_->crashed.exchange(0) != 0;
  std::array<std::uint64_t, 3> held{};
  for (std::size_t i = 0; i < held.size(); ++i) held[i] = page_->in_hand[i].exchange(0);
  std::ranges::sort(held);
  for (std::size_t i = 0; had_crashed_ && i < held.size(); ++i) {
    if (held[i] == 0 || (i > 0 && held[i] == held[i - 1])) continue;
    auto known = std::ranges::find_if(
        page_->suspects, [&](const Page::Suspect& suspect) { return suspect.mark == held[i]; });
    if (known == page_->suspects.end()) {
      known = page_->suspects.begin() + page_->next++ % kSuspects;
      known->mark = held[i];
      known->ends = 0;
      known->topic_ends = 0;
    }
    ++known->ends;
    ++known->topic_ends;
  }
}

void Shelf::hear_signals() {
  crash_note.store(&page_->crashed);
  struct sigaction ours {};
  ours.sa_handler = on_fatal;
  ours.sa_flags = SA_NODEFER;
  for (std::size_t i = 0; i < kFatal.size(); ++i) {
    struct sigaction now {};
    sigaction(kFatal[i], nullptr, &now);
    if (now.sa_handler == on_fatal) continue;
    before_us[i] = now;
    sigaction(kFatal[i], &ours, nullptr);
  }
}

}  // namespace shouwang::app
