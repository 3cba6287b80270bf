# Writes the migrations into a C++ file: cmake -DOUT=<file> -DFILES=<list> -P embed.cmake

set(text "#include \"store/schema.h\"\n\nnamespace shouwang::store {\n\n")
string(APPEND text "std::span<const Migration> migrations() {\n  static constexpr Migration kAll[] = {\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  string(REGEX MATCH "^[0-9]+" number ${name})
  string(REGEX REPLACE "^0+" "" number ${number})
  file(READ ${file} sql)
  string(APPEND text "      {${number}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
string(APPEND text "  };\n  return kAll;\n}\n\n}  // namespace shouwang::store\n")
file(WRITE ${OUT} "${text}")
