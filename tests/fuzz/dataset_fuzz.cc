// Run for minutes or days with tests/fuzz/run.sh; a short run of random mutations is one of the
// tests (fixtures/dataset_mutation_test.cc).
#include "tests/fuzz/dataset_fuzz.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "fixtures/dataset_json.h"
#include "fixtures/fault.h"
#include "fixtures/json_text.h"

namespace resow {

namespace {

constexpr const char* kFile = "fuzz.json";

bool is_one_line_of_utf8(const std::string& text) {
  for (size_t i = 0; i < text.size();) {
    const size_t size = utf8_size(text, i);
    if (size == 0 || static_cast<unsigned char>(text[i]) < 0x20) return false;
    i += size;
  }
  return true;
}

std::string what_is_wrong_with(const Fault& fault) {
  const std::string line = to_string(fault);
  if (!fault.where.starts_with(kFile)) return "a fault without its place: " + line;
  if (fault.what.empty()) return "a fault that says nothing: " + line;
  if (!is_one_line_of_utf8(line)) return "a fault that is not one line of UTF-8: " + line;
  return "";
}

}  // namespace

std::string misbehaviour_on(std::string_view text) {
  try {
    const Dataset dataset = parse_dataset(text, kFile);
    return dataset.file == kFile ? "" : "a dataset without its file";
  } catch (const InputError& error) {
    for (const Fault& fault : error.faults()) {
      if (std::string wrong = what_is_wrong_with(fault); !wrong.empty()) return wrong;
    }
    return "";
  } catch (const std::exception& error) {
    return std::string("another exception: ") + error.what();
  }
}

}  // namespace resow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string wrong = resow::misbehaviour_on({reinterpret_cast<const char*>(data), size});
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}
