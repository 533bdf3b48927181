//! Interfaces of the host that are not part of WASI 0.2: configuration and logging.
#![expect(missing_docs, reason = "generated bindings")]

wit_bindgen::generate!({
    inline: r#"
        package toolward:guests;

        world guest {
            import wasi:config/store@0.2.0-rc.1;
            import wasi:logging/logging@0.1.0-draft;
        }

        package wasi:config@0.2.0-rc.1 {
            interface store {
                variant error { upstream(string), io(string) }
                get: func(key: string) -> result<option<string>, error>;
                get-all: func() -> result<list<tuple<string, string>>, error>;
            }
        }

        package wasi:logging@0.1.0-draft {
            interface logging {
                enum level { trace, debug, info, warn, error, critical }
                log: func(level: level, context: string, message: string);
            }
        }
    "#,
    generate_all,
});

pub use wasi::config::store;
pub use wasi::logging::logging;
