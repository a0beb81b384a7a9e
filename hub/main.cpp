#include "hub/app/command_line.hpp"

#include <iostream>

int main(int argc, char** argv) { return hub::app::run_command_line({argv + 1, argv + argc}, std::cout, std::cerr); }
