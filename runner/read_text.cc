#include "runner/read_text.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "fixtures/fault.h"
#include "runner/connection_text.h"

namespace resow {

namespace {

struct Close {
  void operator()(std::FILE* stream) const {
    if (stream != stdin) std::fclose(stream);
  }
};

[[noreturn]] void refuse(const std::string& file, int error) {
  throw InputError({{without_password(file), std::string("cannot be read: ") + std::strerror(error),
                     error == ENOENT ? "check the path" : ""}});
}

}  // namespace

std::string read_text(const std::string& file) {
  const std::unique_ptr<std::FILE, Close> stream(file == "-" ? stdin
                                                             : std::fopen(file.c_str(), "rb"));
  if (!stream) refuse(file, errno);
  std::string text;
  std::array<char, 1 << 16> buffer;
  errno = 0;
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), stream.get())) {
    text.append(buffer.data(), got);
  }
  if (std::ferror(stream.get()) != 0) refuse(file, errno);
  return text;
}

}  // namespace resow
