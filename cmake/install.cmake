# `cmake --install`: the program, the library with its headers, and what find_package(resow) needs.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/resow)
install(TARGETS resow_generators resow_fixtures resow_runner EXPORT resow-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET resow)
  install(TARGETS resow RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
foreach(room generators fixtures runner)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/resow
          FILES_MATCHING PATTERN "*.h")
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/fixtures/dataset.schema.json ${PROJECT_SOURCE_DIR}/fixtures/audit.schema.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/resow OPTIONAL)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

# A C++ suite links resow::runner and uses it in process.
set_target_properties(resow_generators PROPERTIES EXPORT_NAME generators)
set_target_properties(resow_fixtures PROPERTIES EXPORT_NAME fixtures)
set_target_properties(resow_runner PROPERTIES EXPORT_NAME runner)
install(EXPORT resow-targets NAMESPACE resow:: DESTINATION ${config_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/resow-config.cmake.in resow-config.cmake
                              INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(resow-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/resow-config.cmake ${PROJECT_BINARY_DIR}/resow-config-version.cmake
        DESTINATION ${config_dir})
