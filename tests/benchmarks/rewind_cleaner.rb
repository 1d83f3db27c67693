# What a suite with database_cleaner does between tests: cleans all tables, and fills them again.
#   rewind_cleaner.rb truncation|deletion ROUNDS CHANGE.sql FILL.sql      the server is PGHOST's
# Prints the milliseconds of each round, the change before it not counted.
require "active_record"
require "database_cleaner"

strategy, rounds, change, fill = ARGV[0].to_sym, ARGV[1].to_i, File.read(ARGV[2]), File.read(ARGV[3])
ActiveRecord::Base.establish_connection(
  adapter: "postgresql", host: ENV["PGHOST"], port: ENV["PGPORT"], username: ENV["PGUSER"],
  database: ENV["PGDATABASE"], schema_search_path: "linked"
)
connection = ActiveRecord::Base.connection
DatabaseCleaner.strategy = strategy
rounds.times do
  connection.execute(change)
  began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  DatabaseCleaner.clean
  connection.execute(fill)
  puts((Process.clock_gettime(Process::CLOCK_MONOTONIC) - began) * 1000)
end
