# The pages: TypeScript checked by tsc, bundled by esbuild, embedded into the library.

find_program(TSC NAMES tsc REQUIRED)
find_program(ESBUILD NAMES esbuild REQUIRED)

set(page_dir ${CMAKE_CURRENT_LIST_DIR})
set(built_dir ${CMAKE_CURRENT_BINARY_DIR}/page)
file(MAKE_DIRECTORY ${built_dir})
set(page_templates
  _advice _bar _button _card _csrf _desk _echo _facts _home _inbox _row _rows _side _tick board enrol inbox incident
  login message phone walk _walk)
list(TRANSFORM page_templates PREPEND ${page_dir}/templates/)
list(TRANSFORM page_templates APPEND .mustache)
set(page_scripts
  tsconfig.json shared/api.ts shared/clock.ts shared/morph.ts shared/mustache.ts
  shared/mustache-files.d.ts shared/page.ts shared/stream.ts shared/templates.ts desk/desk.ts
  desk/sound.ts desk/state.ts inbox/inbox.ts inbox/state.ts phone/phone.ts phone/state.ts
  shared/places.ts walk/state.ts walk/walk.ts)
list(TRANSFORM page_scripts PREPEND ${page_dir}/)
set(page_styles style/base.css style/desk.css style/phone.css style/walk.css)
list(TRANSFORM page_styles PREPEND ${page_dir}/)

add_custom_command(
  OUTPUT ${built_dir}/checked
  COMMAND ${TSC} -p ${page_dir}
  COMMAND ${CMAKE_COMMAND} -E touch ${built_dir}/checked
  DEPENDS ${page_scripts}
  COMMENT "Checking the pages' types" VERBATIM)

# es2017: phones of 2016 and later.
set(bundled "")
foreach(entry phone inbox desk walk)
  add_custom_command(
    OUTPUT ${built_dir}/${entry}.js
    COMMAND ${ESBUILD} ${page_dir}/${entry}/${entry}.ts --bundle --minify --target=es2017
            --format=iife --charset=utf8 --loader:.mustache=text --log-level=warning
            --outfile=${built_dir}/${entry}.js
    DEPENDS ${page_scripts} ${page_templates} ${built_dir}/checked
    COMMENT "Bundling ${entry}.js" VERBATIM)
  list(APPEND bundled ${built_dir}/${entry}.js)
endforeach()
foreach(style phone desk walk)
  add_custom_command(
    OUTPUT ${built_dir}/${style}.css
    COMMAND ${ESBUILD} ${page_dir}/style/${style}.css --bundle --minify --target=chrome58
            --charset=utf8 --log-level=warning --outfile=${built_dir}/${style}.css
    DEPENDS ${page_styles}
    COMMENT "Bundling ${style}.css" VERBATIM)
  list(APPEND bundled ${built_dir}/${style}.css)
endforeach()

set(SHOUWANG_PAGE_FILES ${bundled} ${page_templates} ${page_dir}/icon.svg)
# What the scripts' tests are rebuilt for.
set(SHOUWANG_PAGE_SCRIPTS ${page_scripts} ${page_templates} CACHE INTERNAL "")
