// A folder that gets files all at once, or none.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace resow {

// What was to be written could not be (exit status 5); nothing of it is left.
struct OutputError : std::runtime_error {
  OutputError(std::string which, int error);
  std::string path;
};

class OutputFolder {
 public:
  // Makes the folder where there is none. Throws InputError, whose place is `option`, where it is
  // no folder; OutputError.
  OutputFolder(std::string path, const std::string& option);
  // Without publish(): the files are gone, and so is the folder, if it was made here.
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  // Those of the files that are there already.
  std::vector<std::string> existing(const std::vector<std::string>& files) const;

  // Where a file is to be written for now; its folder is there. May be called from any thread.
  std::string place_for(const std::string& file);

  // Gives the files their names, in this order, and replaces what has the same ones. Throws
  // OutputError.
  void publish(const std::vector<std::string>& files);

 private:
  std::string path_, hidden_;
  bool made_ = false;
};

// A file that is written from its beginning to its end. Throws OutputError.
class OutputFile {
 public:
  // `shown` is what an error says of it.
  OutputFile(const std::string& path, std::string shown);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  void close();

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace resow
