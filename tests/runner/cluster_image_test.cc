#include "runner/sandbox/cluster_image.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <system_error>

namespace resow {
namespace {

namespace fs = std::filesystem;

constexpr char kFolder[] = "(a folder)";

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& contents) {
  std::ofstream(file, std::ios::binary) << contents;
}

std::map<std::string, std::string> contents_of(const fs::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    contents[fs::relative(item.path(), folder).string()] =
        item.is_directory() ? kFolder : read(item.path());
  }
  return contents;
}

class ClusterImageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "/resow-image-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    base_ = name;
    for (const auto& [path, contents] : kContents) {
      fs::create_directories((base_ / "from" / path).parent_path());
      if (contents == kFolder) {
        fs::create_directories(base_ / "from" / path);
      } else {
        write(base_ / "from" / path, contents);
      }
    }
    pack_cluster((base_ / "from").string(), image());
  }
  void TearDown() override { fs::remove_all(base_); }

  std::string image() const { return (base_ / "image").string(); }
  std::string to() const { return (base_ / "to").string(); }

  const std::map<std::string, std::string> kContents = {
      {"PG_VERSION", "15\n"},
      {"base", kFolder},
      {"base/1", kFolder},
      {"base/1/1234", "12345678" + std::string(8192, 'x') + std::string(8192, '\0') + "y"},
      {"base/1/1234_fsm", std::string(24576, '\0')},
      {"base/1/1234_vm", std::string(8192, 'v')},
      {"base/1/12345", std::string(8192, '\0')},
      {"base/1/empty", ""},
      {"pg_wal", kFolder},
      {"pg_wal/000000010000000000000001", "head" + std::string(1 << 20, '\0')},
      {"pg_wal/archive_status", kFolder},
  };
  fs::path base_;
};

TEST_F(ClusterImageTest, GivesBackWhatWasPacked) {
  unpack_cluster(image(), to(), {});
  auto expected = kContents;
  EXPECT_EQ(expected.erase("base/1/1234_fsm") + expected.erase("base/1/1234_vm"), 2U);
  EXPECT_EQ(contents_of(to()), expected);
  EXPECT_LT(fs::file_size(image()), 32'000U) << "trailing zeros are kept";
}

TEST_F(ClusterImageTest, IsReadableByNobodyElse) {
  unpack_cluster(image(), to(), {});
  for (const auto& item : fs::recursive_directory_iterator(to())) {
    EXPECT_EQ(item.status().permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none)
        << item.path();
  }
}

TEST_F(ClusterImageTest, NoticesDamage) {
  const std::string sound = read(image());
  const struct {
    const char* what;
    std::function<std::string(std::string)> damage;
  } cases[] = {
      {"empty", [](std::string) { return ""; }},
      {"its first byte gone", [](std::string bytes) { return bytes.substr(1); }},
      {"its last byte gone", [](std::string bytes) { return bytes.substr(0, bytes.size() - 1); }},
      {"one byte more", [](std::string bytes) { return bytes + "x"; }},
      {"cut in half", [](std::string bytes) { return bytes.substr(bytes.size() / 2); }},
      {"zeros", [](std::string bytes) { return std::string(bytes.size(), '\0'); }},
      {"two words exchanged",
       [](std::string bytes) {
         const size_t at = bytes.find("12345678");
         return bytes.substr(0, at) + bytes.substr(at + 32, 8) + bytes.substr(at + 8, 24) +
                "12345678" + bytes.substr(at + 40);
       }},
  };
  for (const auto& [what, damage] : cases) {
    SCOPED_TRACE(what);
    const std::string damaged = damage(sound);
    ASSERT_NE(damaged, sound);
    write(image(), damaged);
    EXPECT_THROW(unpack_cluster(image(), to(), {}), DamagedImage);
    fs::remove_all(to());
  }
  for (size_t at = 0; at < sound.size(); at += 97) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write(image(), damaged);
    EXPECT_THROW(unpack_cluster(image(), to(), {}), DamagedImage) << "byte " << at;
    fs::remove_all(to());
  }
  fs::remove(image());
  EXPECT_THROW(unpack_cluster(image(), to(), {}), DamagedImage);
}

TEST_F(ClusterImageTest, DoesNotWriteIntoAFolderThatIsThere) {
  fs::create_directory(to());
  EXPECT_THROW(unpack_cluster(image(), to(), {}), std::system_error);
}

}  // namespace
}  // namespace resow
