#include "runner/sandbox/cluster_image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace resow {
namespace {

namespace fs = std::filesystem;

// The file: contents one after the other, then the index (one Entry and its path for each folder
// and file, folders before what they hold), then the Footer. In this machine's byte order: a cache
// does not travel.
struct Entry {
  uint64_t offset;  // of the contents
  uint64_t stored;  // bytes of it: trailing zeros are not kept
  uint64_t size;    // of the file
  uint32_t path_length;
  uint32_t is_folder;
};

struct Footer {
  uint64_t index_offset;
  uint64_t entries;
  uint64_t checksum;  // of all before the footer
  std::array<char, 16> magic;
};

constexpr std::array<char, 16> kMagic = {"resow cluster 1"};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// Against accidents, not against malice; at memory's speed.
uint64_t checksum(std::string_view bytes) {
  constexpr uint64_t kPrime = 0x9E3779B185EBCA87;
  std::array<uint64_t, 4> lanes = {1, 2, 3, 4};
  const auto mix = [](uint64_t lane, uint64_t word) {
    return std::rotl((lane ^ word) * kPrime, 29);
  };
  size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    for (size_t i = 0; i < 4; ++i) {
      uint64_t word;
      std::memcpy(&word, bytes.data() + at + 8 * i, 8);
      lanes[i] = mix(lanes[i], word);
    }
  }
  uint64_t result = bytes.size();
  for (; at < bytes.size(); ++at) result = mix(result, static_cast<unsigned char>(bytes[at]));
  for (const uint64_t lane : lanes) result = mix(result, lane);
  return result;
}

// A file's bytes in memory, as long as this lives.
class Mapping {
 public:
  explicit Mapping(const std::string& file) {
    const Descriptor fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (fd.get() < 0 || fstat(fd.get(), &status) != 0) fail(file);
    size_ = static_cast<size_t>(status.st_size);
    if (size_ == 0) return;
    int flags = MAP_PRIVATE;
#ifdef MAP_POPULATE
    flags |= MAP_POPULATE;
#endif
    data_ = mmap(nullptr, size_, PROT_READ, flags, fd.get(), 0);
    if (data_ == MAP_FAILED) fail(file);
  }
  ~Mapping() {
    if (size_ > 0) munmap(data_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

void write_all(int fd, std::string_view bytes, const std::string& file) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail(file);
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
}

// Free space and visibility maps: a quarter of the files. The server makes them again when it wants
// to; without them it only looks more often.
bool can_be_left_out(const fs::directory_entry& item) {
  const std::string name = item.path().filename().string();
  return item.is_regular_file() && (name.ends_with("_fsm") || name.ends_with("_vm"));
}

size_t without_trailing_zeros(std::string_view bytes) {
  const size_t last = bytes.find_last_not_of('\0');
  return last == std::string_view::npos ? 0 : last + 1;
}

struct Member {
  Entry entry;
  std::string_view path;  // from the cluster's folder
};

std::vector<Member> read_index(std::string_view image) {
  const auto damaged = [] { return DamagedImage("the cached cluster is damaged"); };
  Footer footer{};
  if (image.size() < sizeof footer) throw damaged();
  const size_t end = image.size() - sizeof footer;
  std::memcpy(&footer, image.data() + end, sizeof footer);
  if (footer.magic != kMagic || footer.index_offset > end) throw damaged();
  if (footer.checksum != checksum(image.substr(0, end))) throw damaged();
  // What the checksum vouches for was written by pack_cluster.
  std::vector<Member> members;
  size_t at = footer.index_offset;
  for (uint64_t i = 0; i < footer.entries; ++i) {
    Member member{};
    std::memcpy(&member.entry, image.data() + at, sizeof member.entry);
    at += sizeof member.entry;
    member.path = image.substr(at, member.entry.path_length);
    at += member.path.size();
    members.push_back(member);
  }
  return members;
}

void unpack_file(int folder, const Member& member, std::string_view image,
                 const ServerUser& owner) {
  const std::string path(member.path);
  const Descriptor fd(
      openat(folder, path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd.get() < 0) fail(path);
  write_all(fd.get(), image.substr(member.entry.offset, member.entry.stored), path);
  if (member.entry.stored < member.entry.size &&
      ftruncate(fd.get(), static_cast<off_t>(member.entry.size)) != 0) {
    fail(path);
  }
  if (!owner.is_us && fchown(fd.get(), owner.uid, owner.gid) != 0) fail(path);
}

}  // namespace

void pack_cluster(const std::string& folder, const std::string& file) {
  const std::string unfinished = file + ".new";
  const Descriptor out(
      open(unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (out.get() < 0) fail(unfinished);
  Footer footer{};
  footer.magic = kMagic;
  std::string index;
  const auto add = [&](const fs::directory_entry& item) {
    const std::string path = fs::relative(item.path(), folder).string();
    Entry entry{};
    entry.path_length = static_cast<uint32_t>(path.size());
    entry.is_folder = item.is_directory();
    entry.offset = footer.index_offset;
    if (!entry.is_folder) {
      const Mapping contents(item.path().string());
      entry.size = contents.bytes().size();
      entry.stored = without_trailing_zeros(contents.bytes());
      write_all(out.get(), contents.bytes().substr(0, entry.stored), unfinished);
      footer.index_offset += entry.stored;
    }
    index.append(reinterpret_cast<const char*>(&entry), sizeof entry);
    index.append(path);
    ++footer.entries;
  };
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (!can_be_left_out(item)) add(item);
  }
  write_all(out.get(), index, unfinished);
  footer.checksum = checksum(Mapping(unfinished).bytes());
  write_all(out.get(), {reinterpret_cast<const char*>(&footer), sizeof footer}, unfinished);
  fs::rename(unfinished, file);
}

void unpack_cluster(const std::string& file, const std::string& folder, const ServerUser& owner) {
  std::optional<Mapping> mapping;
  try {
    mapping.emplace(file);
  } catch (const std::system_error& error) {
    throw DamagedImage(error.what());
  }
  const std::string_view image = mapping->bytes();
  const std::vector<Member> members = read_index(image);

  const auto make_folder = [&](const std::string& path) {
    if (mkdir(path.c_str(), 0700) != 0) fail(path);
    if (!owner.is_us && chown(path.c_str(), owner.uid, owner.gid) != 0) fail(path);
  };
  make_folder(folder);
  std::vector<const Member*> files;
  for (const auto& member : members) {
    if (member.entry.is_folder) {
      make_folder(folder + "/" + std::string(member.path));
    } else {
      files.push_back(&member);
    }
  }
  const Descriptor base(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (base.get() < 0) fail(folder);

  // Making a thousand small files is the kernel's work: it is worth more than one core.
  const size_t workers = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 4);
  std::vector<std::exception_ptr> failures(workers);
  const auto unpack_every = [&](size_t worker) {
    try {
      for (size_t i = worker; i < files.size(); i += workers) {
        unpack_file(base.get(), *files[i], image, owner);
      }
    } catch (...) {
      failures[worker] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t worker = 1; worker < workers; ++worker) threads.emplace_back(unpack_every, worker);
    unpack_every(0);
  }
  for (const auto& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace resow
