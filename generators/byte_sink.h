// Appends to a string by way of a buffer of its own, so that many small parts cost one append now
// and then, not one each.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace resow {

class ByteSink {
 public:
  // `out` is complete when *this is destroyed.
  explicit ByteSink(std::string& out) : out_(out) {}
  ~ByteSink() { flush(); }
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;

  // Room for `size` bytes, to be followed by advance() with the end of what was written.
  // REQUIRES: size <= kBuffer.
  char* room(size_t size) {
    assert(size <= kBuffer);
    if (size > kBuffer - used_) flush();
    return buffer_.data() + used_;
  }
  void advance(const char* end) { used_ = static_cast<size_t>(end - buffer_.data()); }

  void append(std::string_view text) {
    if (text.size() > kBuffer) {
      flush();
      out_.append(text);
      return;
    }
    std::memcpy(room(text.size()), text.data(), text.size());
    used_ += text.size();
  }
  void append(char c) {
    *room(1) = c;
    ++used_;
  }

  // What `out` will hold.
  size_t size() const { return out_.size() + used_; }

 private:
  static constexpr size_t kBuffer = 8192;

  void flush() {
    out_.append(buffer_.data(), used_);
    used_ = 0;
  }

  std::string& out_;
  size_t used_ = 0;
  std::array<char, kBuffer> buffer_;
};

}  // namespace resow
