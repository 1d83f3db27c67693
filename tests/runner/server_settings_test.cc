#include "runner/sandbox/server_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace resow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const ServerBinaries kServer15{"/bin", "15.20", 15};
const ServerBinaries kServer18{"/bin", "18.1", 18};

TEST(ServerSettings, TellTheGuardAndTheClients) {
  const std::string text = server_settings(kServer15, {}, "/tmp/it's", 5432, "C.UTF-8");
  for (const char* line :
       {"resow.disposable = 'on'\n", "unix_socket_directories = '/tmp/it''s'\n",
        "listen_addresses = ''\n", "port = '5432'\n", "fsync = 'off'\n", "lc_time = 'C.UTF-8'\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("io_method")));
  EXPECT_THAT(server_settings(kServer18, {}, "/tmp", 5432, "C"), HasSubstr("io_method = 'sync'\n"));
}

TEST(ServerSettings, FollowTheOptions) {
  SandboxOptions options;
  options.port = 6000;
  options.durable = true;
  options.settings = {{"fsync", "off"}, {"app.tenant", "a\\b'c"}};
  const std::string text = server_settings(kServer15, options, "/tmp", 6000, "C");
  EXPECT_THAT(text, HasSubstr("listen_addresses = '127.0.0.1'\nport = '6000'\nfsync = 'on'\n"));
  EXPECT_TRUE(text.ends_with("fsync = 'off'\napp.tenant = 'a\\\\b''c'\n")) << text;
}

TEST(ServerSettings, AreLinesOfTheirOwn) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"", "x"}, {"a b", "x"}, {"a=1\nb", "x"}, {"a", "x\ny"}, {"a", std::string(1, '\0')}}) {
    SandboxOptions options;
    options.settings = {{name, value}};
    EXPECT_THROW(server_settings(kServer15, options, "/tmp", 5432, "C"), SandboxError)
        << name << "=" << value;
  }
}

}  // namespace
}  // namespace resow
